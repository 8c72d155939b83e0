/** The team itself says that this visit is in doubt (存疑), and why: honest, without blame, for the review to decide. */

import { html } from 'lit-html';

import { DOUBT_REASONS, visitDoubted } from '../model/visit_events.js';
import { doubtKey, HERE, readDraft, writeDraft } from '../store/drafts.js';
import { choiceRows, field, primary, secondary } from './parts/rows.js';
import { openVisitContext } from './visit_context.js';

/** @import { App, Params, Screen } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/** @typedef {VisitContext & {draft: {reason: string | null, words: string}}} Model */

/** @type {Screen} */
export const doubtScreen = { load, view, typed: ['draft'], parent: ({ visit }) => ({ screen: 'visit', params: { visit } }) };

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, { visit }) {
  const context = await openVisitContext(app, visit);
  return context && { ...context, draft: (await readDraft(doubtKey(visit))) ?? { reason: null, words: '' } };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const change = async (/** @type {Partial<Model['draft']>} */ changed) => {
    model.draft = { ...model.draft, ...changed };
    app.redraw();
    await writeDraft(doubtKey(model.visit.visit), model.draft);
  };
  const { reason, words } = model.draft;
  const main = html`
    <h1 data-first tabindex="-1">${t('doubt.title')}</h1>
    <p>${t('doubt.words')}</p>
    ${choiceRows({
      label: t('doubt.title'), options: DOUBT_REASONS.map((value) => ({ value, text: t(`doubt.${value}`) })),
      chosen: (value) => value === reason, choose: (value) => change({ reason: value }),
    })}
    ${field({ id: 'words', label: t('doubt.own_words'), hint: t('abandon.reason_words'), value: words, onInput: (typed) => change({ words: typed }), long: true })}
    <p class="muted small">${t('doubt.for_good')}</p>
  `;
  const ready = reason !== null && (reason !== 'other' || words.trim() !== '');
  const thumb = html`
    ${primary(app, t('doubt.go'), () => record(app, model), { disabled: !ready })}
    ${secondary(app, t('doubt.not'), () => app.back())}
  `;
  return { main, thumb };
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function record(app, { visit: { visit }, draft }) {
  await app.save(visit, () => ({
    facts: [visitDoubted(/** @type {string} */ (draft.reason), draft.words)],
    drafts: { [HERE]: { screen: 'visit', params: { visit } } }, dropDrafts: [doubtKey(visit)],
  }));
  app.say('said.doubt');
  await app.go('visit', { visit }, { history: 'replace' });
}
