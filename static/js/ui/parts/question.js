/** A question fills the screen: its text, its answers as rows, and what to do where it cannot be answered. */

import { html, nothing } from 'lit-html';

import { answerFault, quickNumbers, toggled, unitIn } from '../../model/checklist.js';
import { choiceRows, field, primary, secondary } from './rows.js';
import { sidesFields } from './sides.js';

/** @import { Answer, Question } from '../../model/checklist.js' */
/** @import { App } from '../app.js' */
/** @import { InterviewFlow } from '../interview_flow.js' */

/** Answers that close a question without answering it; each needs one line of reason. */
const CLOSING = /** @type {const} */ (['na', 'not_found', 'refused']);
/**
 * Reasons that are often true, to tap instead of typing; none is ever filled in unasked.
 * @type {Record<string, string[]>}
 */
const OFTEN = { na: ['no_such'], not_found: ['ledger', 'closed', 'nobody_knows'], refused: ['unwilling'] };

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Question} question
 */
export function questionView(app, flow, question) {
  const { language } = app;
  const answer = flow.model.interview.answers[question.code];
  const text = language === 'zh' ? question.zh : question.en;
  return html`
    <h1 class="question" data-first tabindex="-1">${text}</h1>
    ${question.note ? html`<p class="muted">${noteIn(question.note, language)}</p>` : nothing}
    ${answerView(app, flow, question, answer)}
    ${sidesFields(app, flow, question)}
    ${otherwise(app, flow, question, answer)}
  `;
}

/**
 * The primary button of a question, where the next step does not come by itself.
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Question} question
 */
export function questionThumb(app, flow, question) {
  const answer = flow.model.interview.answers[question.code];
  const fault = answerFault(question, answer);
  const untouched = !answer || (answer.state === 'answered' && answer.value === undefined);
  const skip = secondary(app, app.t('ask.skip_question'), () => flow.next(question.code));
  if (untouched && question.type !== 'multi') return skip;
  // Nothing ticked is an answer too where any options may be ticked.
  const none = question.type === 'multi' && untouched;
  const next = () => (none ? flow.answerAndNext(question.code, { state: 'answered', value: [] }) : flow.next(question.code));
  const every = question.options?.map((one) => one.value) ?? [];
  const all = () => flow.answerAndNext(question.code, { state: 'answered', value: every });
  const label = none ? 'ask.none_of_these' : fault === 'reason' ? 'ask.reason_first' : 'ask.next';
  return html`${primary(app, app.t(label), next, { disabled: fault !== null && !none })}
    ${none ? html`<div class="pair">${every.includes('none') ? nothing : secondary(app, app.t('ask.all_of_these'), all)}${skip}</div>` : nothing}`;
}

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Question} question
 * @param {Answer | undefined} answer
 */
function answerView(app, flow, question, answer) {
  if (question.type === 'number') return numberView(app, flow, question, answer);
  if (question.type === 'text') return textView(app, flow, question, answer);
  const chosen = answer?.state === 'answered' && answer.value !== undefined ? [answer.value].flat() : [];
  const options = question.options.map((one) => ({ value: one.value, text: app.language === 'zh' ? one.zh : one.en }));
  const choose = async (/** @type {string} */ value) => {
    if (question.type === 'multi') {
      await flow.answer(question.code, { state: 'answered', value: toggled(chosen, value) });
      return;
    }
    await flow.answerAndNext(question.code, { state: 'answered', value });
  };
  return html`
    ${question.type === 'multi' ? html`<p class="muted small">${app.t('ask.any')}</p>` : nothing}
    ${choiceRows({ label: app.language === 'zh' ? question.zh : question.en, options, chosen: (value) => chosen.includes(value), choose })}
  `;
}

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Question} question
 * @param {Answer | undefined} answer
 */
function numberView(app, flow, question, answer) {
  const { t, language } = app;
  const typed = answer?.state === 'answered' ? answer.typed ?? String(answer.value ?? '') : '';
  const fault = typed ? answerFault(question, answer) : null;
  const { asked, word } = unitIn(question.unit ?? '', language);
  const label = asked ? t('ask.number_of', { asked }) : word ? t('ask.number_unit', { unit: word }) : t('ask.number');
  const quick = quickNumbers(question);
  const tap = (/** @type {string} */ value) => flow.answerAndNext(question.code, numberAnswer(value));
  return html`
    ${quick.length ? html`<div class="quick">${choiceRows({
      label, options: quick.map((one) => ({ value: String(one), text: String(one) })), chosen: (value) => typed === value, choose: tap,
    })}</div>` : nothing}
    ${quick.length && quick[quick.length - 1] === question.max ? html`<p class="muted small">${label}</p>` : field({
      id: 'number', label, value: typed, mode: 'decimal', onInput: (value) => flow.answer(question.code, numberAnswer(value)),
    })}
    ${fault === 'number' ? html`<p class="fault">${t('ask.not_a_number')}</p>` : nothing}
    ${fault === 'range' ? html`<p class="fault">${t('ask.range', { min: question.min ?? '', max: question.max ?? '' })}</p>` : nothing}
  `;
}

/**
 * What was typed as a number where it is one; full-width digits count. The typed text is kept beside it: "1.0" on the
 * way to "1.05" must not turn into "1" under the finger.
 * @param {string} typed
 * @returns {Answer | undefined}
 */
function numberAnswer(typed) {
  const plain = typed.normalize('NFKC').trim();
  if (plain === '') return undefined;
  const value = Number(plain);
  return { state: 'answered', value: Number.isFinite(value) ? value : plain, typed };
}

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Question} question
 * @param {Answer | undefined} answer
 */
function textView({ t }, flow, question, answer) {
  const value = answer?.state === 'answered' ? answer.value ?? '' : '';
  const onInput = (/** @type {string} */ typed) => flow.answer(question.code, typed ? { state: 'answered', value: typed } : undefined);
  return field({ id: 'text', label: t('ask.text'), value, onInput, long: true });
}

/**
 * Does not apply, could not be found, refused: below the answers, opening the line for the reason, never a dialog.
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Question} question
 * @param {Answer | undefined} answer
 */
function otherwise({ t }, flow, question, answer) {
  const closed = answer && answer.state !== 'answered' ? answer : null;
  const options = CLOSING.filter((state) => state !== 'na' || question.allow_na).map((value) => ({ value, text: t(`closing.${value}`) }));
  const close = async (/** @type {any} */ state) => {
    await flow.answer(question.code, { state, reason: closed?.reason ?? '' });
    // The line may stand below what the screen shows.
    /** @type {HTMLElement | null} */ (document.querySelector('#reason'))?.focus();
  };
  return html`
    <details class="more" ?open=${closed !== null}>
      <summary>${t('ask.otherwise')}</summary>
      ${choiceRows({ label: t('ask.otherwise'), options, chosen: (value) => closed?.state === value, choose: close })}
      ${closed && !closed.reason ? choiceRows({
        label: t('ask.reason'), options: OFTEN[closed.state].map((one) => ({ value: t(`reason_often.${one}`), text: t(`reason_often.${one}`) })),
        chosen: () => false, choose: (reason) => flow.answer(question.code, { ...closed, reason }),
      }) : nothing}
      ${closed ? field({
        id: 'reason', label: t('ask.reason'), hint: t('ask.reason_words'), value: closed.reason ?? '',
        onInput: (reason) => flow.answer(question.code, { ...closed, reason }),
      }) : nothing}
    </details>
  `;
}

/**
 * Notes carry both languages, the Chinese first.
 * @param {string} note
 * @param {string} language
 */
function noteIn(note, language) {
  const [zh, en = zh] = note.split(' / ');
  return language === 'zh' ? zh : en;
}
