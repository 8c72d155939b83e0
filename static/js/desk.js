/**
 * The coverage page at the desk, alive: it draws the map, asks every three seconds whether anything changed, and swaps
 * the parts of the page that did. The server makes every word of the parts; here is only what moves them.
 */

import zhCommon from '../texts/zh/common.json';
import zhDesk from '../texts/zh/desk.json';
import enCommon from '../texts/en/common.json';
import enDesk from '../texts/en/desk.json';
import { makeText } from './model/texts.js';
import { browserTransport } from './sync/transport.js';
import { CoverageMap } from './map/coverage_map.js';
import { changedTownships, placeName } from './map/coverage.js';
import { onThemeChange } from './map/palette.js';

/** @typedef {import('./map/coverage.js').Coverage} Coverage */

const ASK_EVERY_MS = 3000;
// While the slider moves, not every day that it passes is asked for.
const LOOK_BACK_AFTER_MS = 120;

const language = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
const t = makeText({ zh: { ...zhCommon, ...zhDesk }, en: { ...enCommon, ...enDesk } }, language);
const transport = browserTransport(() => document.documentElement.lang);

/**
 * The page at this address, as the server makes it now; without an answer, or signed out, the browser goes there itself.
 * @param {string} address
 * @returns {Promise<Document | null>}
 */
async function fetchPage(address) {
  const { pathname, search } = new URL(address, location.href);
  try {
    const reply = await transport({ method: 'GET', path: pathname + search });
    const page = new DOMParser().parseFromString(reply.text, 'text/html');
    return reply.status === 200 && page.getElementById('coverage') ? page : null;
  } catch {
    return null;
  }
}

/**
 * Put the parts of a fresh page in place of those that differ; focus, scrolling and opened details stay.
 * @param {Document} page
 */
function swapParts(page) {
  const focused = document.activeElement;
  const within = focused?.closest('[data-part]')?.id;
  for (const old of document.querySelectorAll('[data-part]')) {
    const fresh = page.getElementById(old.id);
    if (!fresh || fresh.isEqualNode(old)) continue;
    const top = old.scrollTop;
    const opened = [...old.querySelectorAll('details[open]')].map((details) => details.className);
    old.replaceWith(document.adoptNode(fresh));
    fresh.scrollTop = top;
    for (const details of fresh.querySelectorAll('details')) details.open = opened.includes(details.className);
  }
  if (!within || document.activeElement !== document.body) return;
  // A heading that sorts leads elsewhere after each click; what stays is the word on it.
  const links = document.querySelectorAll(`#${within} a`);
  const again = [...links].find((link) => link.textContent === focused?.textContent);
  if (again instanceof HTMLElement) again.focus();
}

/** The coverage page, once its script runs. */
class CoveragePage {
  #wanted = location.href;

  /** Called when another page was adopted: it may be about another day. */
  onAdopted = () => {};

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.says = /** @type {HTMLElement} */ (document.getElementById('coverage-says'));
    const sources = [...document.querySelectorAll('#attribution li')].map((line) => line.textContent ?? '');
    this.map = new CoverageMap(/** @type {HTMLElement} */ (document.getElementById('map')), sources, t, (township) => {
      const address = new URL(location.href);
      address.searchParams.set('unit', township.unit);
      address.searchParams.set('county', township.county);
      this.go(address.href);
    }, language);
    document.documentElement.classList.add('alive');
    this.#chooseOnMap();
  }

  /** Answer clicks on the page's own links, the browser's "back", and a change of theme. */
  listen() {
    document.addEventListener('click', (event) => {
      const link = event.target instanceof Element ? event.target.closest('a[data-swap]') : null;
      if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.go(link.href);
    });
    addEventListener('popstate', () => this.go(location.href, false));
    this.#lookBack();
    onThemeChange(() => {
      this.map.draw();
      this.map.resize(); // paper has another width than the screen
    });
  }

  /** The slider of the round's days: the page follows while it moves; its last place is today. */
  #lookBack() {
    const slider = document.getElementById('history-day');
    if (!(slider instanceof HTMLInputElement)) return;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let soon;
    slider.addEventListener('input', () => {
      clearTimeout(soon);
      soon = setTimeout(() => {
        const address = new URL(location.href);
        if (slider.value === slider.max) address.searchParams.delete('day');
        else address.searchParams.set('day', slider.value);
        this.go(address.href, false);
        history.replaceState(null, '', address.href);
      }, LOOK_BACK_AFTER_MS);
    });
  }

  /**
   * Go to another choice of the same page.
   * @param {string} address
   * @param {boolean} [remember] whether the browser's "back" should lead here again
   */
  async go(address, remember = true) {
    this.#wanted = address;
    const page = await fetchPage(address);
    if (this.#wanted !== address) return;
    if (!page) {
      location.assign(address);
      return;
    }
    if (remember) history.pushState(null, '', address);
    this.#adopt(page);
    if (this.root.dataset.unit) document.getElementById('part-side')?.scrollTo({ top: 0 });
  }

  /**
   * Show a new answer of the server; the parts follow, and what changed is said aloud.
   * @param {Coverage} coverage
   * @param {Coverage | null} before
   * @returns {Promise<boolean>} false where the page itself could not be had
   */
  async show(coverage, before) {
    this.map.show(coverage);
    if (!before) return true;
    const address = location.href;
    const page = await fetchPage(address);
    if (!page) return false;
    if (address === location.href) this.#adopt(page);
    this.says.textContent = announce(changedTownships(before, coverage));
    return true;
  }

  /** @param {boolean} reached whether the server answered the last question */
  reach(reached) {
    if (reached && this.says.classList.contains('away')) this.says.textContent = '';
    if (!reached) this.says.textContent = this.says.dataset.stale ?? '';
    this.says.classList.toggle('away', !reached);
  }

  /** @param {Document} page */
  #adopt(page) {
    const fresh = /** @type {HTMLElement} */ (page.getElementById('coverage'));
    const wasMap = this.root.classList.contains('view-map');
    this.root.className = fresh.className;
    this.root.dataset.county = fresh.dataset.county;
    this.root.dataset.unit = fresh.dataset.unit;
    this.root.dataset.api = fresh.dataset.api;
    const slider = document.getElementById('history-day');
    const then = page.getElementById('history-day');
    if (slider instanceof HTMLInputElement && then instanceof HTMLInputElement && document.activeElement !== slider) slider.value = then.value;
    swapParts(page);
    this.onAdopted();
    this.#chooseOnMap();
    if (!wasMap && this.root.classList.contains('view-map')) this.map.resize();
  }

  #chooseOnMap() {
    this.map.choose(this.root.dataset.county || null, this.root.dataset.unit || null);
  }
}

/** @param {import('./map/coverage.js').Township[]} changed */
function announce(changed) {
  if (changed.length > 3) return t('coverage.changed_many', { n: changed.length });
  return changed.map(({ name, latin, status }) => t('coverage.changed', { name: placeName(name, latin, language), status: t(`status.${status}`) })).join(' · ');
}

/**
 * Ask for coverage every three seconds while the page is looked at, and at once when it is looked at again; what comes back
 * is to be called when something else may have to be asked for.
 * @param {() => string} pathNow what to ask for, which changes when the page looks back to another day
 * @param {(coverage: Coverage, before: Coverage | null) => Promise<boolean>} onChange whether all of it is shown now
 * @param {(reached: boolean) => void} onAnswer whether the server could be reached
 */
function watch(pathNow, onChange, onAnswer) {
  let path = pathNow();
  let etag = '';
  /** @type {Coverage | null} */
  let known = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let next;
  let asking = false;

  async function ask() {
    if (asking) return;
    const asked = path;
    asking = true;
    clearTimeout(next);
    let reached = true;
    try {
      const reply = await transport({ method: 'GET', path: asked, headers: etag ? { 'If-None-Match': etag } : {} });
      if (reply.status === 401 || reply.status === 403) {
        location.reload();
        return;
      }
      // An answer about another day than the one wanted by now is dropped.
      if (reply.status === 200 && asked === path) {
        const coverage = /** @type {Coverage} */ (JSON.parse(reply.text));
        // A page that could not be fetched is asked for again with the next answer, so nothing stays half new.
        if (await onChange(coverage, known)) {
          etag = reply.header('ETag') ?? '';
          known = coverage;
        }
      }
      reached = reply.status === 200 || reply.status === 304;
    } catch {
      reached = false;
    }
    asking = false;
    onAnswer(reached);
    if (!document.hidden) next = setTimeout(ask, asked === path ? ASK_EVERY_MS : 0);
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(next);
    if (!document.hidden) ask();
  });
  ask();
  return () => {
    if (path === pathNow()) return;
    path = pathNow();
    etag = '';
    known = null;
    ask();
  };
}

const root = document.getElementById('coverage');
if (root) {
  const page = new CoveragePage(root);
  page.listen();
  page.onAdopted = watch(() => root.dataset.api ?? '', (coverage, before) => page.show(coverage, before), (reached) => page.reach(reached));
}
