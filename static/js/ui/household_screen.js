/** A household interview (户访): how it was found, the core questions, its photo, then one save point. */

import { html, nothing } from 'lit-html';

import {
  answersToRecord, beyondCore, companyOf, isDrawn, isTouched, newInterview, openCore, outcomeOf, replacing, wantsReplacement, wholeDraft,
} from '../model/interview.js';
import { settle, settledFacts } from '../model/proposal.js';
import { nextHouseholdNumber } from '../model/visit.js';
import { answersRecorded, householdRecorded } from '../model/visit_events.js';
import { HERE, interviewKey, writeDraft } from '../store/drafts.js';
import { InterviewFlow } from './interview_flow.js';
import { interviewView, settledLines } from './parts/interview_view.js';
import { field, primary, secondary } from './parts/rows.js';
import { openVisitContext } from './visit_context.js';

/** @import { App, Params, Screen, View } from './app.js' */
/** @import { Interview } from '../model/interview.js' */
/** @import { Visit } from '../model/visit.js' */
/** @import { InterviewModel } from './interview_flow.js' */

/** @type {Screen} */
export const householdScreen = { load, view, typed: ['interview'], parent: ({ visit }) => ({ screen: 'visit', params: { visit } }) };

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<InterviewModel | null>}
 */
async function load(app, params) {
  const { visit, household } = params;
  const context = await openVisitContext(app, visit);
  if (!context) return null;
  const kept = household && context.drafted.find((draft) => draft.household === household);
  if (kept) return { ...context, interview: wholeDraft(kept), begun: begunRows(context.drafted, household) };
  if (context.visit.households.some((one) => one.household === household)) {
    await app.go('visit', { visit }, { history: 'replace' });
    return null;
  }
  const fresh = newInterview({
    level: 'household', visit, household: household ?? untouched(context.drafted) ?? app.ports.crypto.uuid(), number: nextHouseholdNumber(context.visit),
    checklist: context.visit.checklist,
  });
  await Promise.all([writeDraft(interviewKey(visit, fresh.household), fresh), app.settle(params, { household: fresh.household })]);
  return { ...context, interview: fresh, begun: begunRows(context.drafted, fresh.household) };
}

/**
 * The rows that other households begun in this visit stand for: they are drawn no second time.
 * @param {Interview[]} drafts
 * @param {string | null} household
 */
function begunRows(drafts, household) {
  return drafts.filter((draft) => draft.household !== household).flatMap(({ place }) => place ?? []);
}

/**
 * A household that was opened and left alone serves as the next one.
 * @param {Interview[]} drafts
 */
function untouched(drafts) {
  return drafts.find((draft) => draft.level === 'household' && !isTouched(draft))?.household ?? null;
}

/**
 * @param {App} app
 * @param {InterviewModel} model
 * @returns {View}
 */
function view(app, model) {
  const flow = new InterviewFlow(app, model);
  return interviewView(app, flow, () => endView(app, model, flow));
}

/**
 * @param {App} app
 * @param {InterviewModel} model
 * @param {InterviewFlow} flow
 * @returns {View}
 */
function endView(app, model, flow) {
  const { t } = app;
  const { interview, checklist } = model;
  const outcome = outcomeOf(interview, checklist);
  const talked = interview.choices.presence === 'talk' && interview.beside !== 'ended';
  const open = talked ? openCore(interview, checklist) : [];
  const beyond = talked ? beyondCore(interview, checklist) : 0;
  return {
    main: html`
      <h1 data-first tabindex="-1">${t('ask.end_household', { number: interview.number })}</h1>
      <p>${t(`type.${interview.choices.type}`)}&nbsp;· ${t(`outcome.${outcome}`)}</p>
      ${open.length ? html`
        <p>${t('ask.open', { n: open.length })}</p>
        <ul class="lacks">${open.map((question) => html`<li>
          <button class="quiet lack" @click=${() => flow.show(question.code)}>${app.language === 'zh' ? question.zh : question.en}</button></li>`)}
        </ul>` : nothing}
      ${settledLines(app, interview, checklist)}
      ${interview.choices.presence === 'talk' ? field({
        id: 'respondent', label: t('ask.respondent'), hint: t('ask.respondent_words'), value: interview.respondent,
        onInput: (respondent) => flow.change({ respondent, at: 'end' }),
      }) : nothing}
      <p class="muted">${t(outcome === 'complete' ? 'ask.end_complete' : 'ask.end_not_complete')}</p>`,
    thumb: wantsReplacement(interview)
      ? html`${primary(app, t('ask.save_next'), () => recordAndReplace(app, model))}
        ${secondary(app, t('ask.save_household'), () => recordAndLeave(app, model))}`
      : html`${primary(app, t('ask.save_household'), () => recordAndLeave(app, model))}
        ${beyond ? secondary(app, t('ask.more', { n: beyond }), () => flow.askMore()) : nothing}`,
  };
}

/**
 * @param {App} app
 * @param {InterviewModel} model
 */
async function recordAndLeave(app, model) {
  const { visit } = model.interview;
  await record(app, model, { [HERE]: { screen: 'visit', params: { visit } } });
  app.say('said.household');
  await app.go('visit', { visit }, { history: 'replace' });
}

/**
 * Where nobody could be talked to, the next house takes its place (顺延); both stay in the record.
 * @param {App} app
 * @param {InterviewModel} model
 */
async function recordAndReplace(app, model) {
  const { visit, checklist, number } = model.interview;
  const household = app.ports.crypto.uuid();
  const next = replacing(newInterview({ level: 'household', visit, household, number: number + 1, checklist }), model.interview);
  const params = { visit, household };
  await record(app, model, { [HERE]: { screen: 'household', params }, [interviewKey(visit, household)]: next });
  app.say('said.household');
  await app.go('household', params, { history: 'replace' });
}

/**
 * @param {App} app
 * @param {InterviewModel} model
 * @param {Record<string, unknown>} drafts  written with it
 */
async function record(app, { interview, checklist }, drafts) {
  const { visit, household, choices, replaces, respondent, photoRefused } = interview;
  const id = /** @type {string} */ (household);
  const fix = app.position.fix({ purpose: 'household', household });
  const answers = answersRecorded('household', household, answersToRecord(interview, checklist));
  const settled = settle(interview, checklist, app.ports.crypto.uuid);
  await app.save(visit, (open) => ({
    facts: [fix, householdRecorded({
      household: id, number: open ? numberIn(open, id) : interview.number, type: choices.type,
      selection: choices.selection, ...(isDrawn(interview) ? { frame: choices.frame, ...interview.place } : {}), replaces,
      outcome: outcomeOf(interview, checklist), respondent, fix: fix?.body.fix,
      photoRefused: photoRefused ?? '', ...companyOf(interview),
    }), answers, ...settledFacts(settled, open)],
    drafts, dropDrafts: [interviewKey(visit, household)],
  }));
}

/**
 * A household that another window recorded first keeps its number.
 * @param {Visit} visit
 * @param {string} household
 */
function numberIn(visit, household) {
  return visit.households.find((one) => one.household === household)?.number ?? nextHouseholdNumber(visit);
}
