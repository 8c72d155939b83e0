/** Every visit on this phone (历次走访), however many: the newest at once, the others as soon as they are opened. */

import { html } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';

import { readPack } from '../store/pack.js';
import { newestVisits } from '../store/visits.js';
import { endedList, endedOf } from './parts/ended_list.js';

/** @import { App, Screen } from './app.js' */
/** @import { Ended } from './parts/ended_list.js' */

/** As many as fill the first sight and a flick of the thumb. */
const AT_ONCE = 30;

/** @typedef {{ended: Ended[], whole: boolean}} Model */

/** @type {Screen} */
export const earlierScreen = { load, view, shown, typed: ['ended', 'whole'], parent: () => ({ screen: 'today' }) };

/** @returns {Promise<Model>} */
async function load() {
  return { ended: await newest(AT_ONCE), whole: false };
}

/** @param {number} most */
async function newest(most) {
  const [kept, visits] = await Promise.all([readPack(), newestVisits(most)]);
  return endedOf(kept?.pack ?? null, visits);
}

/**
 * @param {App} app
 * @param {Model} model
 */
function shown(app, model) {
  void newest(Infinity).then((ended) => {
    Object.assign(model, { ended, whole: true });
    app.redraw();
  }).catch(() => {
    // Locked meanwhile: whoever opens it again comes back to the newest.
  });
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, { ended, whole }) {
  const { t } = app;
  return {
    main: html`
      <h1 data-first tabindex="-1">${t('today.earlier')}</h1>
      ${guard([ended, app.language], () => endedList(app, ended))}
      <p class="muted" role="status">${whole ? t('today.count', { n: ended.length }) : ''}</p>`,
  };
}
