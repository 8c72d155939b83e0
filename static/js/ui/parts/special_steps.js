/** Steps of an interview that are no question: the card at the door, a photo, words of one's own. */

import { html, nothing } from 'lit-html';

import { factsOf, isSettled } from '../../model/interview.js';
import { likelyKind } from '../../model/photo.js';
import { evidenceOf, proposed } from '../../model/remark.js';
import { proposalForm } from './proposal_form.js';
import { field, primary, secondary } from './rows.js';
import { sidesFields } from './sides.js';

/** @import { Question } from '../../model/checklist.js' */
/** @import { Step } from '../../model/interview.js' */
/** @import { App, Params, View } from '../app.js' */
/** @import { InterviewFlow } from '../interview_flow.js' */

/**
 * The door card (入户告知), large enough to be shown: who we are, confidential, may refuse, where to complain.
 * docs/inspection-rules.md §6 (3).
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Step} step
 * @returns {View}
 */
export function doorView(app, flow, { key }) {
  const { t } = app;
  const phone = flow.model.complaintPhone;
  return {
    main: html`
      <h1 class="door" data-first tabindex="-1">${t('door.who')}</h1>
      <p class="door">${t('door.confidential')}</p>
      <p class="door">${t('door.refuse')}</p>
      ${phone ? html`<p class="door">${t('door.complain', { phone })}</p>` : nothing}`,
    thumb: html`
      ${primary(app, t('door.agreed'), () => flow.pass(key))}
      ${secondary(app, t('door.declined'), () => flow.choose('presence', 'refused'))}`,
  };
}

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Step} step
 * @returns {View}
 */
export function photoView(app, flow, { key, question, done }) {
  const { t } = app;
  const { visit, household, photoRefused } = flow.model.interview;
  const slot = { visit, household, question: question?.code ?? null, kind: likelyKind({ household, question }) };
  const about = question ? wording(app, question) : t('ask.photo_household');
  const open = () => openCamera(app, flow, slot);
  const refusing = photoRefused !== null && household !== null;
  return {
    main: html`
      <h1 class="question" data-first tabindex="-1">${t('ask.photo')}</h1>
      <p>${about}</p>
      <p class="muted">${t('ask.photo_words')}</p>
      ${refusing ? refusal(app, flow, key) : done ? nothing : secondary(app, t('ask.photo_not'), () => notPossible(flow, key))}`,
    thumb: refusing
      ? html`${primary(app, t('ask.next'), () => flow.pass(key), { disabled: photoRefused.trim() === '' })}
        ${secondary(app, t('ask.photo_go'), open)}`
      : done ? primary(app, t('ask.next'), () => flow.next(key)) : primary(app, t('ask.photo_go'), open),
  };
}

/**
 * A household counts without a photo where one line says why (R6); a question of the village is passed over.
 * @param {InterviewFlow} flow
 * @param {string} key
 */
function notPossible(flow, key) {
  return flow.model.interview.level === 'village' ? flow.pass(key) : flow.change({ photoRefused: '', at: key });
}

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {string} key
 */
function refusal({ t }, flow, key) {
  return field({
    id: 'photo-refused', label: t('ask.photo_reason'), hint: t('ask.photo_reason_words'),
    value: flow.model.interview.photoRefused ?? '', onInput: (photoRefused) => flow.change({ photoRefused, at: key }),
  });
}

/**
 * What a negative answer proposes: confirmed in own words, dismissed with a reason, or left open for later.
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Step} step
 * @returns {View}
 */
export function noteView(app, flow, step) {
  const { t } = app;
  const { interview, checklist, visit } = flow.model;
  const question = /** @type {Question} */ (step.question);
  const { code } = question;
  const given = proposed(checklist, question, interview.answers[code], factsOf(interview));
  const proposal = { makes: given?.kind ?? 'finding', severity: given?.severity ?? 'minor', topics: given?.topics ?? [], a9: given?.a9 ?? null };
  const note = interview.notes[code] ?? { fact: '' };
  if (note.recorded || isSettled(visit, note)) return { main: recordedNote(app, question), thumb: primary(app, t('ask.next'), () => flow.next(step.key)) };
  const { household } = interview;
  const slot = { visit: visit.visit, household, question: code, kind: likelyKind({ household, question }) };
  const urgent = (note.severity ?? proposal.severity) === 'urgent' && note.fact.trim() !== '';
  return {
    main: proposalForm(app, {
      checklist, question, proposal, note, value: interview.answers[code]?.value,
      photos: evidenceOf(visit, { household, question: code }).length, sides: sidesFields(app, flow, question),
      write: (change) => flow.change({ notes: { ...interview.notes, [code]: { ...note, ...change } }, at: step.key }),
      shoot: () => openCamera(app, flow, slot, step.key),
    }),
    thumb: urgent ? primary(app, t('urgent.now'), () => flow.recordNow(code))
      : note.fact.trim() || note.dismissed?.trim() ? primary(app, t('ask.next'), () => flow.next(step.key))
        : primary(app, t('note.later'), () => flow.pass(step.key)),
  };
}

/**
 * @param {App} app
 * @param {Question} question
 */
function recordedNote(app, question) {
  return html`
    <h1 class="question" data-first tabindex="-1">${app.t('note.recorded')}</h1>
    <p>${wording(app, question)}</p>`;
}

/**
 * Once the photo is there the interview goes on with what is open, so the draft no longer stands at this step.
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Params} slot
 * @param {string | null} [at]  the step to come back to, where that is not what is open
 */
export async function openCamera(app, flow, slot, at = null) {
  await flow.change({ at, photoRefused: null });
  await app.go('camera', { ...slot, from: flow.model.interview.level });
}

/**
 * @param {App} app
 * @param {Question} question
 */
function wording({ language }, question) {
  return language === 'zh' ? question.zh : question.en;
}
