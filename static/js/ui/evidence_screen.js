/** Photos that findings and answers want (证据照片), one at a time: take it now, or say in one line why there is none. */

import { html, nothing } from 'lit-html';

import { likelyKind } from '../model/photo.js';
import { photoWants } from '../model/photo_wants.js';
import { photoAbsent } from '../model/visit_events.js';
import { evidenceKey, HERE, readDraft, writeDraft } from '../store/drafts.js';
import { noPhotoField } from './parts/no_photo.js';
import { answerWords } from './parts/proposal_form.js';
import { primary, secondary } from './parts/rows.js';
import { openVisitContext } from './visit_context.js';

/** @import { Question } from '../model/checklist.js' */
/** @import { Want } from '../model/photo_wants.js' */
/** @import { App, Params, Screen } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/** @typedef {VisitContext & {wants: Want[], question: Question | undefined, reason: string}} Model */

/** @type {Screen} */
export const evidenceScreen = { load, view, typed: ['reason'], parent: ({ visit }) => ({ screen: 'visit', params: { visit } }) };

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, { visit }) {
  const [context, reason = ''] = await Promise.all([openVisitContext(app, visit), readDraft(evidenceKey(visit))]);
  if (!context) return null;
  const wants = photoWants(context.visit, context.checklist);
  if (wants.length === 0) {
    await app.go('visit', { visit }, { history: 'replace' });
    return null;
  }
  const question = context.checklist.questions.find((one) => one.code === wants[0].question);
  return { ...context, wants, question, reason };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const { visit: { visit }, wants: [want, ...others], question, reason } = model;
  const write = async (/** @type {string} */ typed) => {
    model.reason = typed;
    app.redraw();
    await writeDraft(evidenceKey(visit), typed);
  };
  const { household } = want;
  const shoot = () => app.go('camera', { visit, household, question: want.question, kind: likelyKind({ household, question }), from: 'evidence' });
  const main = html`
    <p class="muted small">${where(app, model)}&nbsp;· ${t('evidence.left', { n: others.length + 1 })}</p>
    <h1 class="question" data-first tabindex="-1">${t(want.note ? 'evidence.finding' : 'evidence.answer')}</h1>
    ${question ? html`<p>${app.language === 'zh' ? question.zh : question.en} <strong>${answered(app, model)}</strong></p>` : nothing}
    ${noPhotoField(app, reason, write)}`;
  const canShoot = household !== null || want.question !== null;
  const thumb = html`
    ${reason.trim() || !canShoot
      ? primary(app, t('evidence.record'), () => record(app, model), { disabled: !reason.trim() })
      : primary(app, t('ask.photo_go'), shoot)}
    ${reason.trim() && canShoot ? secondary(app, t('ask.photo_go'), shoot) : nothing}
    ${secondary(app, t('ask.later'), () => app.back())}`;
  return { main, thumb };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function where({ t }, { visit, wants: [{ household }] }) {
  const number = visit.households.find((one) => one.household === household)?.number;
  return number ? t('ask.household', { number }) : t('ask.village');
}

/**
 * What was answered, in the words of the checklist.
 * @param {App} app
 * @param {Model} model
 */
function answered(app, { visit: { answers }, wants: [{ household }], question }) {
  const given = household ? answers.households[household] : answers.village;
  return question ? answerWords(app, question, given?.[question.code]?.value) : '';
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function record(app, { visit: { visit }, checklist, wants: [want], reason }) {
  const after = await app.save(visit, () => ({
    facts: [photoAbsent({ ...want, reason })],
    drafts: { [HERE]: { screen: 'evidence', params: { visit } } }, dropDrafts: [evidenceKey(visit)],
  }));
  app.say('said.no_photo');
  await app.go(photoWants(after, checklist).length > 0 ? 'evidence' : 'visit', { visit }, { history: 'replace' });
}
