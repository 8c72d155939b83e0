/** Proposals (建议) that were left open, one at a time: confirm it in own words, or dismiss it with a reason. */

import { html } from 'lit-html';

import { evidenceOf } from '../model/remark.js';
import { likelyKind } from '../model/photo.js';
import { openProposals } from '../model/visit.js';
import { notedFacts } from '../model/proposal.js';
import { proposalDismissed } from '../model/visit_events.js';
import { HERE, proposalKey, readDraft, writeDraft } from '../store/drafts.js';
import { proposalForm } from './parts/proposal_form.js';
import { primary, secondary } from './parts/rows.js';
import { openVisitContext } from './visit_context.js';

/** @import { Question } from '../model/checklist.js' */
/** @import { NoteDraft } from '../model/interview.js' */
/** @import { VisitProposal } from '../model/visit.js' */
/** @import { App, Params, Screen } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/** @typedef {VisitContext & {open: VisitProposal[], proposal: VisitProposal, question: Question, note: NoteDraft}} Model */

/** @type {Screen} */
export const proposalScreen = { load, view, typed: ['note'], parent: ({ visit }) => ({ screen: 'visit', params: { visit } }) };

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, { visit, proposal: wanted }) {
  const context = await openVisitContext(app, visit);
  if (!context) return null;
  const open = openProposals(context.visit);
  const proposal = open.find((one) => one.proposal === wanted) ?? open[0];
  const question = context.checklist.questions.find((one) => one.code === proposal?.question);
  if (!proposal || !question) {
    await app.go('visit', { visit }, { history: 'replace' });
    return null;
  }
  return { ...context, open, proposal, question, note: (await readDraft(proposalKey(visit, proposal.proposal))) ?? { fact: '' } };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const { visit, proposal, question, note, checklist, open } = model;
  const id = { visit: visit.visit };
  const { household } = proposal;
  const write = async (/** @type {Partial<NoteDraft>} */ change) => {
    model.note = { ...model.note, ...change };
    app.redraw();
    await writeDraft(proposalKey(visit.visit, proposal.proposal), model.note);
  };
  const shoot = () => app.go('camera', { ...id, household, question: question.code, kind: likelyKind({ household, question }), from: 'proposal' });
  const answers = household ? visit.answers.households[household] : visit.answers.village;
  const number = visit.households.find((one) => one.household === household)?.number;
  const main = html`
    <p class="muted small">${number ? t('ask.household', { number }) : t('ask.village')}&nbsp;· ${t('proposal.left', { n: open.length })}</p>
    ${proposalForm(app, {
      checklist, question, proposal, note, value: answers?.[question.code]?.value, photos: evidenceOf(visit, proposal).length, write, shoot,
    })}`;
  const ready = note.fact.trim() !== '' || !!note.dismissed?.trim();
  const thumb = html`
    ${primary(app, t(note.fact.trim() || !ready ? 'proposal.confirm' : 'proposal.dismiss'), () => record(app, model), { disabled: !ready })}
    ${secondary(app, t('ask.later'), () => app.back())}`;
  return { main, thumb };
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function record(app, { visit: { visit }, proposal, note }) {
  const { level, household, question, topics, a9, makes: kind } = proposal;
  const severity = note.severity ?? proposal.severity;
  const remark = {
    kind, note: app.ports.crypto.uuid(), level, household, question, topic: topics[0] ?? null, a9, severity, fact: note.fact, proposal: proposal.proposal,
    noPhoto: note.noPhoto,
  };
  const confirmed = note.fact.trim() !== '';
  const after = await app.save(visit, (open) => ({
    facts: confirmed ? notedFacts(remark, open)
      : [proposalDismissed({ proposal: proposal.proposal, why: 'no_case', reason: note.dismissed ?? '' })],
    drafts: { [HERE]: { screen: 'proposal', params: { visit } } }, dropDrafts: [proposalKey(visit, proposal.proposal)],
  }));
  if (confirmed && severity === 'urgent') {
    await app.go('urgent', { visit }, { history: 'replace' });
    return;
  }
  app.say(confirmed ? `said.${kind}` : 'said.dismissed');
  await app.go(openProposals(after).length > 0 ? 'proposal' : 'visit', { visit }, { history: 'replace' });
}
