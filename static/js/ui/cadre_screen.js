/** A cadre turns up (干部到场): what that means, then one save point with the time. */

import { html } from 'lit-html';

import { cadreArrived } from '../model/visit_events.js';
import { HERE } from '../store/drafts.js';
import { primary, secondary } from './parts/rows.js';
import { openVisitContext } from './visit_context.js';

/** @import { App, Screen } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/** @type {Screen} */
export const cadreScreen = {
  load: (app, { visit }) => openVisitContext(app, visit), view, parent: ({ visit }) => ({ screen: 'visit', params: { visit } }),
};

/**
 * @param {App} app
 * @param {VisitContext} model
 */
function view(app, { visit }) {
  const { t } = app;
  const main = html`
    <h1 data-first tabindex="-1">${t('cadre.title')}</h1>
    <ul class="points">
      <li>${t('cadre.not_cancelled')}</li>
      <li>${t('cadre.before')}</li>
      <li>${t('cadre.after')}</li>
      <li>${t('cadre.decline')}</li>
    </ul>
  `;
  const thumb = html`
    ${primary(app, t('cadre.go'), () => record(app, visit.visit))}
    ${secondary(app, t('cadre.not'), () => app.back())}
  `;
  return { main, thumb };
}

/**
 * @param {App} app
 * @param {string} visit
 */
async function record(app, visit) {
  await app.save(visit, (open) => ({
    facts: open?.cadre_at ? [] : [cadreArrived()], drafts: { [HERE]: { screen: 'visit', params: { visit } } },
  }));
  app.say('said.cadre');
  await app.go('visit', { visit }, { history: 'replace' });
}
