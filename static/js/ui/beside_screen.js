/** Somebody is beside the household (有人在旁): the talk moves, waits or ends, and nobody is blamed. */

import { html } from 'lit-html';

import { wholeDraft } from '../model/interview.js';
import { interviewKey, writeDraft } from '../store/drafts.js';
import { secondary } from './parts/rows.js';
import { openVisitContext } from './visit_context.js';

/** @import { Interview } from '../model/interview.js' */
/** @import { App, Params, Screen } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/** @typedef {VisitContext & {interview: Interview}} Model */

/** @type {Screen} */
export const besideScreen = {
  load, view, parent: ({ visit, household }) => ({ screen: 'household', params: { visit, household } }),
};

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, { visit, household }) {
  const context = await openVisitContext(app, visit);
  if (!context) return null;
  const kept = context.drafted.find((draft) => draft.household === household);
  if (kept) return { ...context, interview: wholeDraft(kept) };
  await app.go('visit', { visit }, { history: 'replace' });
  return null;
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const { visit, disclosed_at: disclosed, cadre_at: cadre } = model.visit;
  const main = html`
    <h1 data-first tabindex="-1">${t('beside.title')}</h1>
    <p>${t('beside.words')}</p>
    <div class="stack">
      ${secondary(app, t('beside.left'), () => settle(app, model, { beside: 'left' }))}
      ${secondary(app, t('beside.stayed'), () => settle(app, model, { beside: 'stayed' }))}
      ${secondary(app, t('beside.ended'), () => settle(app, model, { beside: 'ended', at: null }))}
      ${secondary(app, t('beside.later'), () => app.go('visit', { visit }, { history: 'replace' }))}
      ${cadre || disclosed ? '' : secondary(app, t('beside.cadre'), () => app.go('cadre', { visit }))}
    </div>
  `;
  return { main };
}

/**
 * @param {App} app
 * @param {Model} model
 * @param {Partial<Interview>} change
 */
async function settle(app, { interview }, change) {
  const { visit, household } = interview;
  await writeDraft(interviewKey(visit, household), { ...interview, ...change });
  await app.go('household', { visit, household }, { history: 'replace' });
}
