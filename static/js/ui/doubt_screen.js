/** The team itself says that this visit is in doubt (存疑), and why: honest, without blame, for the review to decide. */

import { html } from 'lit-html';

import { DOUBT_REASONS, visitDoubted } from '../model/visit_events.js';
import { doubtKey, HERE, readDraft, writeDraft } from '../store/drafts.js';
import { readVisit } from '../store/visits.js';
import { choiceRows, field, primary, secondary } from './parts/rows.js';
import { openVisitContext } from './visit_context.js';

/** @import { App, Params, Screen } from './app.js' */
/** @import { Visit } from '../model/visit.js' */

/** @typedef {{visit: Visit, draft: {reason: string | null, words: string}}} Model */

const ENDED = ['sealed', 'left'];

/** @type {Screen} */
export const doubtScreen = { load, view, typed: ['draft'], parent: ({ visit, ended }) => cameFrom(visit, ended) };

/**
 * @param {string} visit
 * @param {boolean} ended
 */
function cameFrom(visit, ended) {
  return ended ? { screen: 'today', params: {} } : { screen: 'visit', params: { visit } };
}

/**
 * A leak is often heard of only after the seal: then the doubt is a line of its own behind it.
 * @param {App} app
 * @param {Params} params `ended`: asked from the list of earlier visits
 * @returns {Promise<Model | null>}
 */
async function load(app, { visit, ended }) {
  const kept = ended ? await readVisit(visit) : null;
  const context = kept && ENDED.includes(kept.state) ? { visit: kept } : await openVisitContext(app, visit);
  return context && { visit: context.visit, draft: (await readDraft(doubtKey(visit))) ?? { reason: null, words: '' } };
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
    <p>${t(ENDED.includes(model.visit.state) ? 'doubt.words_ended' : 'doubt.words')}</p>
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
async function record(app, { visit: { visit, state }, draft }) {
  const back = cameFrom(visit, ENDED.includes(state));
  await app.save(visit, () => ({
    facts: [visitDoubted(/** @type {string} */ (draft.reason), draft.words)],
    drafts: { [HERE]: back }, dropDrafts: [doubtKey(visit)],
  }));
  app.say('said.doubt');
  await app.go(back.screen, back.params, { history: 'replace' });
}
