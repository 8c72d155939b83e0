/** One step of an interview at a time, with the way back and how far one is. */

import { html, nothing } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';

import { foundBy, SIGHT_MOST } from '../../model/household_draw.js';
import { settle } from '../../model/proposal.js';
import { drawView } from './draw_step.js';
import { questionThumb, questionView } from './question.js';
import { choiceRows, secondary } from './rows.js';
import { doorView, noteView, photoView } from './special_steps.js';
import { stepList } from './step_list.js';

/** @import { Checklist } from '../../model/checklist.js' */
/** @import { Interview, Step } from '../../model/interview.js' */
/** @import { App, View } from '../app.js' */
/** @import { InterviewFlow } from '../interview_flow.js' */

/**
 * The sentence of each option, by the choice it belongs to.
 * @type {Record<string, (value: string) => string>}
 */
const OPTION_KEYS = {
  type: (value) => `type.${value}`,
  selection: (value) => `selection.${value}`,
  frame: (value) => `frame.${value}`,
  company: (value) => `company.${value}`,
  presence: (value) => `presence.${value}`,
};

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {() => View} endView  the last step, which is the screen's own
 * @returns {View}
 */
export function interviewView(app, flow, endView) {
  const step = flow.current();
  const { main, thumb } = step.kind === 'end' ? endView() : stepView(app, flow, step);
  return {
    // Each step gets its own fields: what was opened or typed at one never shows at the next.
    main: html`${progressLine(app, flow)}${keyed(step.key, main)}${besideLine(app, flow, step)}`,
    thumb: html`
      ${thumb ?? ''}
      <div class="pair">
        ${secondary(app, app.t('ask.previous'), () => flow.previous())}
        ${secondary(app, app.t('ask.later'), () => app.back())}
      </div>`,
  };
}

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 */
function progressLine(app, flow) {
  const { t } = app;
  const { n, total } = flow.progress();
  const { level, number, replaces } = flow.model.interview;
  const where = [
    level === 'household' ? t('ask.household', { number }) : t('ask.village'),
    n > total ? t('ask.last_step') : t('ask.step', { n, total }), ...(replaces ? [t('ask.replaces', { number: replaces })] : []),
  ].join('\u00a0· ');
  return html`
    ${keyed(flow.current().key, stepList(app, flow, where))}
    <progress class="steps" max=${total} value=${Math.min(n, total)} aria-hidden="true"></progress>
  `;
}

/**
 * Somebody beside the household (有人在旁) ends or moves the talk, from any step of it.
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Step} step
 */
function besideLine(app, flow, step) {
  const { level, visit, household } = flow.model.interview;
  if (level !== 'household' || !['door', 'question', 'photo', 'note'].includes(step.kind)) return nothing;
  return html`<button class="quiet touch beside" @click=${() => app.go('beside', { visit, household })}>${app.t('beside.open')}</button>`;
}

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Step} step
 * @returns {View}
 */
function stepView(app, flow, step) {
  if (step.kind === 'choice') return choiceView(app, flow, step);
  if (step.kind === 'photo') return photoView(app, flow, step);
  if (step.kind === 'draw') return drawView(app, flow);
  if (step.kind === 'door') return doorView(app, flow, step);
  if (step.kind === 'note') return noteView(app, flow, step);
  const question = /** @type {import('../../model/checklist.js').Question} */ (step.question);
  return { main: questionView(app, flow, question), thumb: questionThumb(app, flow, question) };
}

/**
 * What was written about negative answers and goes along with the save, and what stays open after it.
 * @param {App} app
 * @param {Interview} interview
 * @param {Checklist} checklist
 */
export function settledLines({ t, ports }, interview, checklist) {
  const { made, remarks, dismissed } = settle(interview, checklist, ports.crypto.uuid);
  const done = [...remarks, ...dismissed].map((one) => one.proposal);
  const open = made.filter((one) => !done.includes(one.proposal)).length;
  return html`
    ${remarks.length ? html`<p>${t('note.to_record', { n: remarks.length })}</p>` : nothing}
    ${open ? html`<p>${t('note.left_open', { n: open })}</p>` : nothing}`;
}

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Step} step
 * @returns {View}
 */
function choiceView(app, flow, { key, options = [] }) {
  const { t } = app;
  const label = t(`choice.${key}`);
  const found = key === 'selection' ? foundBy(flow.model.visit) : {};
  const text = (/** @type {string} */ value) => (found[value]
    ? t('selection.so_far', { selection: t(OPTION_KEYS[key](value)), n: found[value] }) : t(OPTION_KEYS[key](value)));
  const before = key === 'selection' ? flow.model.visit.draws.at(-1) : undefined;
  return {
    main: html`
      <h1 class="question" data-first tabindex="-1">${label}</h1>
      ${before ? choiceRows({
        label: t('selection.before'), options: [{ value: before.frame, text: t('selection.as_before', { frame: t(`frame.${before.frame}`) }) }],
        chosen: () => false, choose: (frame) => flow.chooseAsBefore(frame),
      }) : nothing}
      ${(found.sight ?? 0) >= SIGHT_MOST ? html`<p class="muted">${t('selection.sight_enough')}</p>` : nothing}
      ${choiceRows({
        label, options: options.map((value) => ({ value, text: text(value) })),
        chosen: (value) => flow.model.interview.choices[key] === value, choose: (value) => flow.choose(key, value),
      })}`,
  };
}
