/** How the phone looks and whether it trembles: chosen on the phone, remembered in cookies, so that it stands before the first drawing. */

const THEME = 'fc_theme';
const TREMBLE = 'fc_tremble';
const YEAR_S = 365 * 24 * 3600;
/** What people choose; `system` is light or dark as the phone is set. */
export const THEMES = /** @type {const} */ (['system', 'light', 'dark', 'sunlight']);

/** @typedef {typeof THEMES[number]} Theme */

const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');

/** @returns {Theme} */
export function storedTheme() {
  const stored = cookie(THEME);
  return THEMES.find((one) => one === stored) ?? 'system';
}

/**
 * Remembers a theme and puts it on.
 * @param {Theme} theme
 */
export function chooseTheme(theme) {
  remember(THEME, theme);
  wearTheme();
}

/** Puts the remembered theme on, the browser's own bar included, and follows the phone where that was chosen. */
export function wearTheme() {
  const chosen = storedTheme();
  document.documentElement.dataset.theme = chosen === 'system' ? (prefersDark.matches ? 'dark' : 'light') : chosen;
  prefersDark.onchange = chosen === 'system' ? wearTheme : null;
  const paper = getComputedStyle(document.documentElement).getPropertyValue('--paper').trim();
  for (const bar of document.querySelectorAll('meta[name="theme-color"]')) bar.setAttribute('content', paper);
}

/** Whether this phone can tremble at all; iPhones cannot from a page. */
export function canTremble() {
  return 'vibrate' in navigator;
}

/** Whether people want it to. */
export function trembles() {
  return cookie(TREMBLE) !== 'off';
}

/** @param {boolean} wanted */
export function chooseTremble(wanted) {
  remember(TREMBLE, wanted ? 'on' : 'off');
}

/**
 * Once, short: it is saved. Twice: something wants to be read.
 * @param {'saved' | 'fault'} what
 */
export function tremble(what) {
  if (canTremble() && trembles()) navigator.vibrate(what === 'saved' ? 20 : [40, 80, 40]);
}

/** @param {string} name */
function cookie(name) {
  return new RegExp(`(?:^|; )${name}=(\\w+)`).exec(document.cookie)?.[1] ?? null;
}

/**
 * @param {string} name
 * @param {string} value
 */
function remember(name, value) {
  document.cookie = `${name}=${value}; Path=/phone/; Max-Age=${YEAR_S}; SameSite=Lax`;
}
