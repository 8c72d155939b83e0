/** The village's core questions (村级核心题), recorded as often as wanted: only what is new is written. */

import { html, nothing } from 'lit-html';

import { answersToRecord, beyondCore, newInterview, openCore, wholeDraft } from '../model/interview.js';
import { settle, settledFacts, withRecorded } from '../model/proposal.js';
import { answersRecorded } from '../model/visit_events.js';
import { HERE, interviewKey } from '../store/drafts.js';
import { InterviewFlow } from './interview_flow.js';
import { interviewView, settledLines } from './parts/interview_view.js';
import { primary, secondary } from './parts/rows.js';
import { openVisitContext } from './visit_context.js';

/** @import { App, Params, Screen, View } from './app.js' */
/** @import { InterviewModel } from './interview_flow.js' */

/** @type {Screen} */
export const villageScreen = { load, view, typed: ['interview'], parent: ({ visit }) => ({ screen: 'visit', params: { visit } }) };

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<InterviewModel | null>}
 */
async function load(app, { visit }) {
  const context = await openVisitContext(app, visit);
  if (!context) return null;
  const kept = context.drafted.find((draft) => draft.level === 'village');
  return { ...context, interview: kept ? wholeDraft(kept) : newInterview({ level: 'village', visit, checklist: context.visit.checklist }) };
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
  const open = openCore(model.interview, model.checklist);
  const fresh = Object.keys(answersToRecord(model.interview, model.checklist)).length;
  const settled = settledFacts(settle(model.interview, model.checklist, app.ports.crypto.uuid), null).length;
  const beyond = beyondCore(model.interview, model.checklist);
  return {
    main: html`
      <h1 data-first tabindex="-1">${t('ask.end_village')}</h1>
      <p>${fresh ? t('ask.fresh', { n: fresh }) : t('ask.nothing_fresh')}</p>
      ${settledLines(app, model.interview, model.checklist)}
      ${open.length ? html`
        <p>${t('ask.open', { n: open.length })}</p>
        <ul class="lacks">${open.map((question) => html`<li>
          <button class="quiet lack" @click=${() => flow.show(question.code)}>${app.language === 'zh' ? question.zh : question.en}</button></li>`)}
        </ul>` : nothing}`,
    thumb: html`${primary(app, t('ask.save_village'), () => record(app, model), { disabled: fresh + settled === 0 })}
      ${beyond ? secondary(app, t('ask.more', { n: beyond }), () => flow.askMore()) : nothing}`,
  };
}

/**
 * @param {App} app
 * @param {InterviewModel} model
 */
async function record(app, { interview, checklist }) {
  const { visit } = interview;
  const answers = answersToRecord(interview, checklist);
  const settled = settle(interview, checklist, app.ports.crypto.uuid);
  await app.save(visit, (open) => ({
    facts: [answersRecorded('village', null, answers), ...settledFacts(settled, open)],
    drafts: {
      [HERE]: { screen: 'visit', params: { visit } },
      [interviewKey(visit, null)]: { ...withRecorded(interview, answers, settled), at: null },
    },
  }));
  app.say('said.village');
  await app.go('visit', { visit }, { history: 'replace' });
}
