/** Ways to hide the app in a moment, without looking: two fingers on the glass at once, or Escape. */

const TAP_MS = 400;
const TAP_PX = 24;

/**
 * Calls back at each of them, until the returned function is called.
 * @param {() => void} onHide
 * @returns {() => void}
 */
export function onWishToHide(onHide) {
  /** @type {{at: number, x: number, y: number} | null} */
  let began = null;
  const down = (/** @type {TouchEvent} */ event) => {
    const { clientX: x, clientY: y } = event.touches[0];
    began = event.touches.length === 2 ? { at: event.timeStamp, x, y } : null;
  };
  // Two fingers that move zoom or scroll; they hide nothing.
  const moved = (/** @type {TouchEvent} */ event) => {
    const { clientX: x, clientY: y } = event.touches[0];
    if (began && Math.hypot(x - began.x, y - began.y) > TAP_PX) began = null;
  };
  const up = (/** @type {TouchEvent} */ event) => {
    if (began && event.timeStamp - began.at < TAP_MS) onHide();
    began = null;
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape' && !event.isComposing) onHide();
  };
  /** @type {[string, EventListener][]} */
  const all = [['touchstart', down], ['touchmove', moved], ['touchend', up], ['keydown', key]]
    .map(([name, heard]) => /** @type {[string, EventListener]} */ ([name, heard]));
  for (const [name, heard] of all) document.addEventListener(name, heard, { passive: true, capture: true });
  return () => {
    for (const [name, heard] of all) document.removeEventListener(name, heard, { capture: true });
  };
}
