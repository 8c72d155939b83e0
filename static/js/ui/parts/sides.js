/** What the household says, what the book says, what is seen (三方对照): three fields, never one. */

import { html, nothing } from 'lit-html';

import { figuresOf, SIDES } from '../../model/checklist.js';
import { field } from './rows.js';

/** @import { Question } from '../../model/checklist.js' */
/** @import { App } from '../app.js' */
/** @import { InterviewFlow } from '../interview_flow.js' */

/**
 * The fields of a question that asks for comparison; nothing where it asks for none.
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Question} question
 */
export function sidesFields({ t, language }, flow, question) {
  const { interview, checklist } = flow.model;
  const figures = figuresOf(checklist, question).map((one) => (
    { id: one.code, label: t('side.figure', { words: language === 'zh' ? one.zh : one.en, unit: one.unit }), mode: 'decimal' }));
  const words = SIDES.filter((side) => question.compare?.includes(side)).map((side) => ({ id: side, label: t(`side.${side}`), mode: 'text' }));
  const fields = [...figures, ...words];
  if (fields.length === 0) return nothing;
  const given = interview.answers[question.code]?.sides ?? {};
  return html`
    <details class="more" ?open=${Object.values(given).some((one) => one !== '')}>
      <summary>${t('side.title')}</summary>
      <p class="muted small">${t('side.words')}</p>
      ${fields.map(({ id, label, mode }) => field({
        id: `side-${id}`, label, mode, value: given[id] ?? '', onInput: (typed) => flow.side(question.code, id, typed),
      }))}
    </details>`;
}
