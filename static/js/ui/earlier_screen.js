/** Every visit on this phone (历次走访), however many: the newest at once, the others as soon as they are opened. */

import { html } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';

import { readPack } from '../store/pack.js';
import { newestWaiting } from '../store/visits.js';
import { endedOf, endedRows } from './parts/ended_list.js';

/** @import { App, Screen } from './app.js' */
/** @import { Ended } from './parts/ended_list.js' */

/** Read and drawn in one go: little enough that a finger on a slow phone feels nothing of it. */
const AT_ONCE = 20;

/** @typedef {{parts: Ended[][], last: string | null, whole: boolean}} Model  `last`: the oldest visit that was read */

/** @type {Screen} */
export const earlierScreen = { load, view, shown, leave, typed: ['parts', 'last', 'whole'], parent: () => ({ screen: 'today' }) };

/** What is being read on. @type {Model | null} */
let under = null;

function leave() {
  under = null;
}

/** @returns {Promise<Model>} */
async function load() {
  return withNext({ parts: [], last: null, whole: false });
}

/**
 * @param {Model} model
 * @returns {Promise<Model>}
 */
async function withNext({ parts, last }) {
  const [kept, visits] = await Promise.all([readPack(), newestWaiting(AT_ONCE, last ?? undefined)]);
  const whole = visits.length < AT_ONCE;
  return { parts: [...parts, endedOf(kept?.pack ?? null, visits)], last: visits.at(-1)?.visit.visit ?? last, whole };
}

/**
 * The others follow by themselves, part by part, so that a finger, a key or a screen reader finds the whole list.
 * @param {App} app
 * @param {Model} model
 */
async function shown(app, model) {
  under = model;
  try {
    while (under === model && !model.whole) {
      Object.assign(model, await withNext(model));
      app.redraw();
      // Whoever touches the screen meanwhile goes first.
      await new Promise((resolve) => { setTimeout(resolve); });
    }
  } catch (fault) {
    // Locked meanwhile: whoever opens it again comes back to the newest.
    if (/** @type {{code?: string}} */ (fault)?.code !== 'locked') throw fault;
  }
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, { parts, whole }) {
  const { t } = app;
  return {
    main: html`
      <h1 data-first tabindex="-1">${t('today.earlier')}</h1>
      <ul class="list long">${parts.map((part) => guard([part, app.language], () => endedRows(app, part)))}</ul>
      <p class="muted" role="status">${whole ? t('today.count', { n: parts.flat().length }) : ''}</p>`,
  };
}
