/** Life and safety (紧急): the number to call now, while what was recorded waits for a network on its own. */

import { html } from 'lit-html';

import { primary } from './parts/rows.js';
import { openVisitContext } from './visit_context.js';

/** @import { App, Params, Screen } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/** @typedef {VisitContext & {from: Params}} Model */

/** @type {Screen} */
export const urgentScreen = { load, view, parent: (params) => backTo(params) };

/** @param {Params} params */
function backTo({ visit, household, from }) {
  if (from === 'household') return { screen: 'household', params: { visit, household } };
  return { screen: from === 'village' ? 'village' : 'visit', params: { visit } };
}

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, params) {
  const context = await openVisitContext(app, params.visit);
  return context && { ...context, from: params };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, { dutyPhone, visit, from }) {
  const { t } = app;
  const urgent = visit.notes.filter((one) => one.urgent).length;
  const { screen, params } = backTo(from);
  return {
    main: html`
      <h1 data-first tabindex="-1">${t('urgent.title')}</h1>
      ${dutyPhone
        ? html`<p>${t('urgent.call')}</p>
          <p><a class="button primary wide touch" href=${`tel:${dutyPhone}`}>${t('urgent.dial', { phone: dutyPhone })}</a></p>`
        : html`<p class="caution note">${t('urgent.no_number')}</p>`}
      <p>${t('urgent.say')}</p>
      <p class="muted">${urgent ? t('urgent.recorded', { n: urgent }) : t('urgent.record')}</p>`,
    thumb: primary(app, t('urgent.go_on'), () => app.go(screen, params, { history: 'replace' })),
  };
}
