/**
 * Proposals (建议): a negative answer proposes a finding or lead, the inspector confirms it in own words or dismisses it
 * with a reason. Each of the three is a fact of its own. Source: docs/inspection-rules.md §3.1. Pure.
 */

import { answerFault, askedQuestions } from './checklist.js';
import { factsOf } from './interview.js';
import { evidenceOf, proposed } from './remark.js';
import { noted, photoAbsent, proposalDismissed, proposalMade } from './visit_events.js';

/** @import { Answers, Checklist } from './checklist.js' */
/** @import { Interview, NoteDraft } from './interview.js' */
/** @import { Proposal, Remark } from './remark.js' */
/** @import { Visit } from './visit.js' */
/** @import { Fact } from './visit_events.js' */

/**
 * @typedef {{made: Proposal[], remarks: Remark[], dismissed: {proposal: string, why: 'no_case' | 'answer_changed', reason: string}[],
 *   notes: Record<string, NoteDraft>}} Settled  what is to be recorded, and the drafts of the notes after it
 */

/**
 * What an interview's negative answers have to say that is not recorded yet.
 * @param {Interview} interview
 * @param {Checklist} checklist
 * @param {() => string} uuid
 * @param {string[] | null} [codes]  only these questions
 * @returns {Settled}
 */
export function settle(interview, checklist, uuid, codes = null) {
  const { level, household, answers } = interview;
  /** @type {Settled} */
  const found = { made: [], remarks: [], dismissed: [], notes: {} };
  if (level === 'household' && interview.choices.presence !== 'talk') return found;
  const facts = factsOf(interview);
  const standing = askedQuestions(checklist, level, facts, answers).filter((one) => !codes || codes.includes(one.code)).flatMap((one) => {
    const given = answerFault(one, answers[one.code]) === null ? proposed(checklist, one, answers[one.code], facts) : null;
    return given ? [{ ...given, level, household, question: one.code }] : [];
  });
  standing.forEach((one) => proposing(found, one, interview.notes[one.question] ?? { fact: '' }, uuid));
  withdrawn(found, interview, standing.map((one) => one.question), codes);
  return found;
}

/**
 * @param {Settled} found
 * @param {{kind: import('./remark.js').RemarkKind, severity: string, a9: string | null, topics: string[],
 *   level: 'village' | 'household', household: string | null, question: string}} given
 * @param {NoteDraft} note
 * @param {() => string} uuid
 */
function proposing(found, { kind, severity, a9, topics, level, household, question }, note, uuid) {
  // Noted by an earlier version of this app, which recorded no proposals.
  if (note.recorded && note.proposal === undefined) return;
  const fresh = note.proposal === undefined || note.gone;
  const proposal = fresh ? uuid() : /** @type {string} */ (note.proposal);
  if (fresh) found.made.push({ proposal, level, household, question, makes: kind, severity, topics, a9 });
  const kept = { ...note, proposal };
  delete kept.gone;
  found.notes[question] = kept;
  if (note.recorded) return;
  if (note.fact.trim()) {
    found.remarks.push({
      kind, note: uuid(), level, household, question, topic: topics[0] ?? null, a9, severity: note.severity ?? severity, fact: note.fact, proposal,
      ...(note.noPhoto ? { noPhoto: note.noPhoto } : {}),
    });
    found.notes[question] = { ...kept, recorded: true };
  } else if (note.dismissed?.trim()) {
    found.dismissed.push({ proposal, why: 'no_case', reason: note.dismissed });
    found.notes[question] = { ...kept, dismissed: note.dismissed, recorded: true };
  }
}

/**
 * A proposal whose answer is no longer negative goes with it; what was confirmed stays confirmed.
 * @param {Settled} found
 * @param {Interview} interview
 * @param {string[]} standing
 * @param {string[] | null} codes
 */
function withdrawn(found, { notes }, standing, codes) {
  for (const [code, note] of Object.entries(notes)) {
    if (!note.proposal || note.recorded || note.gone || standing.includes(code) || (codes && !codes.includes(code))) continue;
    found.dismissed.push({ proposal: note.proposal, why: 'answer_changed', reason: '' });
    found.notes[code] = { fact: note.fact, proposal: note.proposal, gone: true };
  }
}

/**
 * The same as facts, each remark with the photos that stand beside it.
 * @param {Settled} settled
 * @param {Visit | null} visit
 * @returns {Fact[]}
 */
export function settledFacts({ made, remarks, dismissed }, visit) {
  return [
    ...made.map(proposalMade),
    ...remarks.flatMap((one) => notedFacts(one, visit)),
    ...dismissed.map(proposalDismissed),
  ];
}

/**
 * A remark with the photos that stand beside it; a finding without any says why, where one knows.
 * @param {Remark} remark
 * @param {Visit | null} visit
 * @returns {Fact[]}
 */
export function notedFacts(remark, visit) {
  const photos = visit ? evidenceOf(visit, remark) : [];
  const { kind, level, household, question, note, noPhoto = '' } = remark;
  const says = kind === 'finding' && photos.length === 0 && noPhoto.trim() !== '';
  return [noted(remark, photos), ...(says ? [photoAbsent({ level, household, question, note, reason: noPhoto })] : [])];
}

/**
 * The draft after these answers and all that was settled were recorded.
 * @param {Interview} interview
 * @param {Answers} answers
 * @param {Settled} settled
 * @returns {Interview}
 */
export function withRecorded(interview, answers, { notes }) {
  const fresh = Object.fromEntries(Object.entries(answers).map(([code, answer]) => [code, JSON.stringify(answer)]));
  return { ...interview, recorded: { ...interview.recorded, ...fresh }, notes: { ...interview.notes, ...notes } };
}
