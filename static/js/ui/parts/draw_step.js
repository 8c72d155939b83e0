/** The step that draws (抽户): the list is photographed, its length entered, and the phone says which row or house it is. */

import { html, nothing } from 'lit-html';

import { isLength, nextRow, ROWS_MOST } from '../../model/household_draw.js';
import { drawOf, listPhoto } from '../../model/interview.js';
import { primary, secondary, stepper } from './rows.js';
import { openCamera } from './special_steps.js';

/** @import { Draw } from '../../model/visit.js' */
/** @import { App, View } from '../app.js' */
/** @import { InterviewFlow } from '../interview_flow.js' */

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 * @returns {View}
 */
export function drawView(app, flow) {
  const { interview, visit } = flow.model;
  const draw = drawOf(interview, visit);
  return draw && !interview.drawing ? rowView(app, flow, draw) : newDrawView(app, flow);
}

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 * @returns {View}
 */
function newDrawView(app, flow) {
  const { t } = app;
  const { interview, visit } = flow.model;
  const walk = interview.choices.frame === 'walk';
  const drawing = interview.drawing ?? { draw: visit.draws.length + 1, n: '' };
  const listed = listPhoto(visit, drawing.draw) !== null;
  const photographed = walk || 'list' in interview.passed || listed;
  const slot = { visit: visit.visit, household: interview.household, question: null, kind: 'notice', shared: true };
  const step = walk ? 'draw.walk' : photographed ? 'draw.count' : 'draw.list';
  const length = stepper(app, {
    id: 'rows', label: t(walk ? 'draw.houses' : 'draw.rows'), hint: t(walk ? 'draw.houses_words' : 'draw.rows_words', { most: ROWS_MOST }),
    value: drawing.n, least: 1, most: ROWS_MOST, onInput: (n) => flow.change({ drawing: { ...drawing, n }, at: 'draw' }),
  });
  return {
    main: html`
      <h1 class="question" data-first tabindex="-1">${t(`${step}_title`)}</h1>
      <p>${t(`${step}_words`)}</p>
      ${photographed ? length : nothing}
      ${walk || listed ? nothing : html`<div class="stack">
        ${secondary(app, t('list.none'), () => flow.nothingPosted())}
        ${photographed ? nothing : secondary(app, t('ask.photo_not'), () => flow.change({ passed: { ...interview.passed, list: true }, at: 'draw' }))}
      </div>`}`,
    thumb: photographed
      ? primary(app, t('draw.go'), () => flow.draw(drawing), { disabled: !isLength(Number(drawing.n)) })
      : primary(app, t('ask.photo_go'), () => openCamera(app, flow, slot)),
  };
}

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {Draw} draw
 * @returns {View}
 */
function rowView(app, flow, draw) {
  const { t } = app;
  const { interview, visit, begun } = flow.model;
  const walk = draw.frame === 'walk';
  const row = interview.place?.row ?? nextRow(draw, [...visit.households, ...(begun ?? [])], interview.instead?.row ?? null);
  const values = { row: row ?? 0, n: draw.n, start: draw.rows[0], step: draw.step ?? 0 };
  const other = () => flow.change({ drawing: { draw: visit.draws.length + 1, n: '' }, place: null, instead: null, at: 'draw' });
  const again = () => flow.change({ drawing: { draw: draw.draw, n: String(draw.n) }, place: null, at: 'draw' });
  const used = visit.households.some((one) => one.draw === draw.draw);
  return {
    main: html`
      <h1 class="door" data-first tabindex="-1">${row === null ? t('draw.used_up') : t(walk ? 'draw.house' : 'draw.row', values)}</h1>
      <p>${t(walk ? 'draw.house_words' : 'draw.row_words', values)}</p>
      ${interview.replaces ? html`<p>${t('draw.instead', { number: interview.replaces })}</p>` : nothing}
      <p class="muted">${t('draw.kept')}</p>
      <details class="more">
        <summary>${t('at_visit.more')}</summary>
        <div class="stack">
          ${secondary(app, t(walk ? 'draw.other_walk' : 'draw.other_list'), other)}
          ${used ? nothing : secondary(app, t('draw.again'), again)}
        </div>
      </details>`,
    thumb: row === null
      ? primary(app, t(walk ? 'draw.other_walk' : 'draw.other_list'), other)
      : primary(app, t(walk ? 'draw.there_house' : 'draw.there', values), () => flow.goTo({ draw: draw.draw, row })),
  };
}
