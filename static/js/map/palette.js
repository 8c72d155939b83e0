/** The colours of the theme in use, read from the style sheet: they are named in one place only. */

/**
 * @typedef {import('./marks.js').Palette} Palette
 * @typedef {import('./coverage.js').Status} Status
 */

/** @type {Status[]} */
const STATUSES = ['covered_both', 'covered', 'visited_unverified', 'unvisited', 'excluded'];

/**
 * @param {Element} [element] whose theme is asked for
 * @returns {Palette}
 */
export function palette(element = document.documentElement) {
  const style = getComputedStyle(element);
  /** @param {string} name */
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  /** @param {string} kind */
  const byStatus = (kind) => /** @type {Record<Status, string>} */ (
    Object.fromEntries(STATUSES.map((status) => [status, colour(`${kind}-${status}`)])));
  return {
    fill: byStatus('fill'), on: byStatus('on'), ink: colour('ink'), paper: colour('paper'), line: colour('map-line'),
    accent: colour('accent'), alert: colour('alert'), stale: colour('stale'), hatch: colour('hatch'),
  };
}

/**
 * Call `then` whenever the system changes between light and dark, and when the page turns to paper or back: paper is
 * always light.
 * @param {() => void} then
 */
export function onThemeChange(then) {
  for (const query of ['(prefers-color-scheme: dark)', 'print']) matchMedia(query).addEventListener('change', then);
}
