/** The seal (封存): one list of what is done and what is missing, the declarations once more, then nothing can be changed. */

import { html, nothing } from 'lit-html';

import { headsOf } from '../model/mates.js';
import { countedHouseholds, missing } from '../model/missing.js';
import { DECLARATIONS, visitLeft, visitSealed } from '../model/visit_events.js';
import { doubtKey, draftKeys, evidenceKey, HERE, interviewKey, interviewsOf, noteKey, readDraft, visitedKey, writeDraft } from '../store/drafts.js';
import { forReview, lackLine } from './parts/lacks.js';
import { declarations, primary, secondary, undeclared } from './parts/rows.js';
import { watchKey } from './position_keeper.js';
import { offeredKey, openVisitContext, unsavedWork } from './visit_context.js';

/** @import { Lack } from '../model/missing.js' */
/** @import { Declarations, Visit } from '../model/visit.js' */
/** @import { Fact } from '../model/visit_events.js' */
/** @import { App, Params, Screen } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/** @typedef {VisitContext & {lacks: Lack[], drafts: number, unsavedAnswers: number, declared: Record<string, boolean>}} Model */

/** @type {Screen} */
export const sealScreen = { load, view, typed: ['declared'], parent: ({ visit }) => ({ screen: 'visit', params: { visit } }) };

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, { visit }) {
  const [context, declared = {}] = await Promise.all([openVisitContext(app, visit), readDraft(sealKey(visit))]);
  if (!context) return null;
  const { households, answers } = unsavedWork(context);
  return {
    ...context, lacks: missing(context.visit, context.checklist, context.needs, app.ports.clock.now(), context.assignment),
    drafts: households.length, unsavedAnswers: answers, declared,
  };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const ready = DECLARATIONS.every((name) => typeof model.declared[name] === 'boolean');
  const declare = async (/** @type {string} */ name, /** @type {boolean} */ value) => {
    model.declared = { ...model.declared, [name]: value };
    app.redraw();
    await writeDraft(sealKey(model.visit.visit), model.declared);
  };
  const main = html`
    <h1 data-first tabindex="-1">${t('seal.title')}</h1>
    ${summary(app, model)}
    <h2>${t('begin.declare')}</h2>
    <p class="muted">${t('seal.declare_words')}</p>
    ${declarations(app, model.declared, declare, DECLARATIONS)}
    <p>${t('seal.for_good')}</p>
    ${model.shared ? html`<p>${t('seal.for_all')}</p>` : nothing}
  `;
  const thumb = html`
    ${model.sealedAt
      ? primary(app, t('seal.leave'), () => leave(app, model))
      : ready ? primary(app, t('seal.go'), () => seal(app, model)) : undeclared(app)}
    ${model.shared && !model.sealedAt ? secondary(app, t('seal.leave'), () => leave(app, model)) : nothing}
    ${secondary(app, t('seal.not_yet'), () => app.back())}
  `;
  return { main, thumb };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function summary(app, { visit, lacks, drafts, unsavedAnswers }) {
  const { t } = app;
  const id = { visit: visit.visit };
  const here = lacks.filter((one) => one.here);
  /** @type {[string, number][]} */
  const done = [['households', countedHouseholds(visit).length], ['photos', visit.photos.length], ['notes', visit.notes.length]];
  return html`
    <ul class="checks">
      ${done.filter(([, n]) => n > 0).map(([key, n]) => html`<li class="done">${t(`seal.${key}`, { n })}</li>`)}
      ${drafts ? html`<li class="open"><button class="quiet lack" @click=${() => app.go('visit', id)}>${t('seal.drafts', { n: drafts })} <span aria-hidden="true">›</span></button></li>` : nothing}
      ${unsavedAnswers ? html`<li class="open"><button class="quiet lack" @click=${() => app.go('village', id)}>
        ${t('seal.unsaved_answers', { n: unsavedAnswers })} <span aria-hidden="true">›</span></button></li>` : nothing}
      ${here.map((lack) => html`<li class="open">${lackLine(app, id, lack)}</li>`)}
    </ul>
    ${forReview(app, lacks)}
    ${here.length + drafts + unsavedAnswers ? html`<p class="muted">${t('seal.lacking')}</p>` : html`<p>${t('seal.complete')}</p>`}
  `;
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function seal(app, { visit: { visit }, declared, mates }) {
  await end(app, visit, (open) => visitSealed(open, /** @type {Declarations} */ (declared), headsOf(mates)), (open) => (
    open.assignment ? { [visitedKey(open.assignment)]: visit } : {}));
  app.say('said.sealed');
  await app.go('today', {}, { history: 'replace' });
}

/**
 * This phone is done; the visit itself is sealed on another one.
 * @param {App} app
 * @param {Model} model
 */
async function leave(app, { visit: { visit } }) {
  await end(app, visit, () => visitLeft());
  app.say('said.left');
  await app.go('today', {}, { history: 'replace' });
}

/**
 * @param {App} app
 * @param {string} visit
 * @param {(open: Visit) => Fact} last
 * @param {(open: Visit) => Record<string, unknown>} [kept]  drafts that stay
 */
async function end(app, visit, last, kept = () => ({})) {
  const leaving = app.position.fix({ purpose: 'leaving' });
  const drafts = await draftKeys(interviewsOf(visit));
  await app.save(visit, (open) => ({
    facts: open?.state === 'open' ? [leaving, last(open)] : [],
    drafts: { [HERE]: { screen: 'today', params: {} }, ...(open && kept(open)) },
    dropDrafts: [
      ...drafts, interviewKey(visit, null), sealKey(visit), watchKey(visit), noteKey(visit), doubtKey(visit), offeredKey(visit),
      evidenceKey(visit),
    ],
  }));
}

/** @param {string} visit */
function sealKey(visit) {
  return `seal:${visit}`;
}
