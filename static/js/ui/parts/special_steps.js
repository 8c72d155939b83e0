/** Steps of an interview that are no question: the card at the door, a photo, words of one's own. */

import { html, nothing } from 'lit-html';

import { measured } from '../../model/checklist.js';
import { likelyKind } from '../../model/photo.js';
import { proposed, severitiesFrom } from '../../model/remark.js';
import { factsOf } from '../../model/interview.js';
import { choiceRows, field, primary, secondary } from './rows.js';

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
 * What a negative answer proposes: the inspector's own sentence makes it, or it is passed over.
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Step} step
 * @returns {View}
 */
export function noteView(app, flow, step) {
  const { t } = app;
  const { interview, checklist } = flow.model;
  const question = /** @type {Question} */ (step.question);
  const proposal = proposed(checklist, question, interview.answers[question.code], factsOf(interview));
  const note = interview.notes[question.code] ?? { fact: '' };
  const least = proposal?.severity ?? 'minor';
  const write = (/** @type {{fact?: string, severity?: string}} */ change) => flow.change(
    { notes: { ...interview.notes, [question.code]: { ...note, ...change } }, at: step.key });
  return {
    main: html`
      <h1 class="question" data-first tabindex="-1">${t(proposal?.kind === 'lead' ? 'note.lead_title' : 'note.finding_title')}</h1>
      <p>${wording(app, question)} <strong>${answerWords(app, question, interview.answers[question.code]?.value)}</strong></p>
      ${note.recorded ? html`<p class="muted">${t('note.recorded')}</p>` : html`
        ${field({ id: 'fact', label: t('note.fact'), hint: t('note.fact_words'), value: note.fact, onInput: (fact) => write({ fact }), long: true })}
        ${severityRows(app, severitiesFrom(least), note.severity ?? least, (severity) => write({ severity }))}`}`,
    thumb: note.fact.trim()
      ? primary(app, t('ask.next'), () => flow.next(step.key))
      : primary(app, t('note.none'), () => flow.pass(step.key)),
  };
}

/**
 * What was answered, in the words of the checklist.
 * @param {App} app
 * @param {Question} question
 * @param {any} value
 */
function answerWords({ t, language }, { options, unit }, value) {
  const chosen = (options ?? []).filter((one) => [value].flat().includes(one.value)).map((one) => (language === 'zh' ? one.zh : one.en));
  if (chosen.length) return chosen.join(t('app.comma'));
  if (Array.isArray(value)) return t('note.nothing_ticked');
  return measured(value, unit ?? '', language);
}

/**
 * How grave (轻重) it is.
 * @param {App} app
 * @param {string[]} options
 * @param {string | null} chosen
 * @param {(severity: string) => void} choose
 */
export function severityRows({ t }, options, chosen, choose) {
  const label = t('note.severity', { grade: t(`note.severity_${chosen ?? 'unset'}`) });
  return html`
    <details class="more">
      <summary>${label}</summary>
      ${choiceRows({
        label, options: options.map((value) => ({ value, text: t(`note.severity_${value}`) })),
        chosen: (value) => value === chosen, choose,
      })}
    </details>
    ${chosen === 'urgent' ? html`<p class="fault">${t('note.urgent_words')}</p>` : nothing}
  `;
}

/**
 * Once the photo is there the interview goes on with what is open, so the draft no longer stands at this step.
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Params} slot
 */
export async function openCamera(app, flow, slot) {
  await flow.change({ at: null, photoRefused: null });
  await app.go('camera', { ...slot, from: flow.model.interview.level });
}

/**
 * @param {App} app
 * @param {Question} question
 */
function wording({ language }, question) {
  return language === 'zh' ? question.zh : question.en;
}
