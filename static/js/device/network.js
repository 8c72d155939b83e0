/** Moments at which a try to sync is worth it. `navigator.onLine` is never asked: it stays true when only the server is away. */

/**
 * Calls back when the page comes to the front or a network appears, until the returned function is called.
 * @param {() => void} onChance
 * @returns {() => void}
 */
export function onChanceToSync(onChance) {
  const whenVisible = () => isVisible() && onChance();
  window.addEventListener('online', onChance);
  window.addEventListener('focus', onChance);
  document.addEventListener('visibilitychange', whenVisible);
  return () => {
    window.removeEventListener('online', onChance);
    window.removeEventListener('focus', onChance);
    document.removeEventListener('visibilitychange', whenVisible);
  };
}

/** Whether somebody can see the page; hidden pages neither poll nor watch. */
export function isVisible() {
  return document.visibilityState === 'visible';
}

/**
 * Calls back at each change between seen and hidden.
 * @param {(visible: boolean) => void} onChange
 */
export function onVisibility(onChange) {
  document.addEventListener('visibilitychange', () => onChange(isVisible()));
}
