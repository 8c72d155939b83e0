/** Giving a visit up, without blame: what was recorded stays and travels like everything else. */

import { html } from 'lit-html';

import { visitAbandoned } from '../model/visit_events.js';
import { doubtKey, draftKeys, HERE, interviewsOf, noteKey, readDraft, visitedKey, writeDraft } from '../store/drafts.js';
import { field, primary, secondary } from './parts/rows.js';
import { watchKey } from './position_keeper.js';
import { openVisitContext } from './visit_context.js';

/** @import { App, Params, Screen } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/** @typedef {VisitContext & {reason: string}} Model */

/** @type {Screen} */
export const abandonScreen = { load, view, typed: ['reason'], parent: ({ visit }) => ({ screen: 'visit', params: { visit } }) };

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, { visit }) {
  const [context, reason = ''] = await Promise.all([openVisitContext(app, visit), readDraft(abandonKey(visit))]);
  return context && { ...context, reason };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const { visit } = model.visit;
  const onInput = async (/** @type {string} */ reason) => {
    model.reason = reason;
    await writeDraft(abandonKey(visit), reason);
  };
  const main = html`
    <h1 data-first tabindex="-1">${t('abandon.title')}</h1>
    <p>${t('abandon.words')}</p>
    ${field({ id: 'reason', label: t('abandon.reason'), hint: t('abandon.reason_words'), value: model.reason, onInput, long: true })}
  `;
  const thumb = html`
    ${primary(app, t('abandon.go'), () => abandon(app, model))}
    ${secondary(app, t('abandon.not'), () => app.back())}
  `;
  return { main, thumb };
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function abandon(app, { visit: { visit, assignment }, reason }) {
  const drafts = await draftKeys(interviewsOf(visit));
  // A visit that was sealed, returned and then given up leaves its township unvisited, if no other one was sealed there.
  const mark = visitedKey(assignment ?? '');
  if ((await readDraft(mark)) === visit) drafts.push(mark);
  await app.save(visit, (open) => ({
    facts: open?.state === 'open' ? [visitAbandoned(reason)] : [],
    drafts: { [HERE]: { screen: 'today', params: {} } },
    dropDrafts: [...drafts, abandonKey(visit), watchKey(visit), noteKey(visit), doubtKey(visit)],
  }));
  app.say('said.abandoned');
  await app.go('today', {}, { history: 'replace' });
}

/** @param {string} visit */
function abandonKey(visit) {
  return `abandon:${visit}`;
}
