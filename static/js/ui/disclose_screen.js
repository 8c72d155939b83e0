/** The team shows who it is (亮明身份): what that means, then one save point. */

import { html, nothing } from 'lit-html';

import { countedHouseholds, openVillageCore } from '../model/missing.js';
import { identityDisclosed } from '../model/visit_events.js';
import { HERE } from '../store/drafts.js';
import { primary, secondary } from './parts/rows.js';
import { openVisitContext } from './visit_context.js';

/** @import { App, Screen } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/** @type {Screen} */
export const discloseScreen = {
  load: (app, { visit }) => openVisitContext(app, visit), view, parent: ({ visit }) => ({ screen: 'visit', params: { visit } }),
};

/**
 * @param {App} app
 * @param {VisitContext} model
 */
function view(app, { visit, needs, checklist }) {
  const { t } = app;
  const counted = countedHouseholds(visit).length;
  const open = openVillageCore(visit, checklist);
  const main = html`
    <h1 data-first tabindex="-1">${t('disclose.title')}</h1>
    <ul class="points">
      <li>${t('disclose.after')}</li>
      <li>${t('disclose.counted', { n: counted, needed: needs.households })}</li>
      ${open ? html`<li>${t('disclose.core_open', { n: open })}</li>` : nothing}
      <li>${t('disclose.for_good')}</li>
    </ul>
  `;
  const thumb = html`
    ${primary(app, t('disclose.go'), () => disclose(app, visit.visit))}
    ${secondary(app, t('disclose.not_yet'), () => app.back())}
  `;
  return { main, thumb };
}

/**
 * @param {App} app
 * @param {string} visit
 */
async function disclose(app, visit) {
  await app.save(visit, (open) => ({
    facts: open?.disclosed_at ? [] : [identityDisclosed()], drafts: { [HERE]: { screen: 'visit', params: { visit } } },
  }));
  app.say('said.disclosed');
  await app.go('visit', { visit }, { history: 'replace' });
}
