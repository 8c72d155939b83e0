/**
 * Findings, leads and commendations (问题、线索、亮点): a negative answer proposes one, the inspector's own sentence makes
 * it. Nothing is made silently. Source: docs/inspection-rules.md §3.1, §4.7.
 */

import { isNegative } from './checklist.js';

/** @import { Answer, Checklist, Facts, Question } from './checklist.js' */
/** @import { Visit } from './visit.js' */

/**
 * @typedef {'finding' | 'lead' | 'commendation'} RemarkKind
 * @typedef {object} Remark
 * @property {RemarkKind} kind
 * @property {string} note uuid
 * @property {'village' | 'household'} level
 * @property {string | null} household
 * @property {string | null} question
 * @property {string | null} topic
 * @property {string | null} a9 category that the question suggests (问责类别)
 * @property {string | null} severity
 * @property {string} fact who by post, where, what, how it is known
 * @property {string | null} [proposal] the one that it confirms (建议)
 * @property {string} [noPhoto] why no photo stands beside it
 *
 * @typedef {{proposal: string, level: 'village' | 'household', household: string | null, question: string, makes: RemarkKind,
 *   severity: string, topics: string[], a9: string | null}} Proposal  what a negative answer proposes (建议)
 */

export const REMARK_KINDS = /** @type {RemarkKind[]} */ (['finding', 'lead', 'commendation']);
export const SEVERITIES = ['minor', 'moderate', 'serious', 'urgent'];

/**
 * What an answer proposes, or null. What was not seen or checked is a lead, as the question says (`makes`). A9-4 is never
 * proposed: it stands on what an upper level found (docs/inspection-rules.md §1, article 9).
 * @param {Checklist} checklist
 * @param {Question} question
 * @param {Answer | undefined} answer
 * @param {Facts} facts
 * @returns {{kind: RemarkKind, severity: string, a9: string | null, topics: string[]} | null}
 */
export function proposed(checklist, question, answer, facts) {
  if (!question.makes || !isNegative(question, answer, facts, checklist.params)) return null;
  const raised = checklist.severity_overrides?.find(({ when }) => when === `${question.code}==${answer?.value}`);
  const a9 = raised?.a9 ?? question.suggest_a9 ?? null;
  return {
    kind: question.makes, severity: raised?.severity ?? question.severity, a9: a9?.startsWith('A9-4') ? null : a9, topics: question.zhuanban ?? [],
  };
}

/**
 * The severities (轻重) that may be chosen on the spot: raising is free, lowering is for the office.
 * @param {string} least
 * @returns {string[]}
 */
export function severitiesFrom(least) {
  return SEVERITIES.slice(Math.max(0, SEVERITIES.indexOf(least)));
}

/**
 * Photos that stand beside a remark: of its question, else of its household, else none.
 * @param {Visit} visit
 * @param {{household: string | null, question: string | null}} remark
 * @returns {string[]}
 */
export function evidenceOf(visit, { household, question }) {
  return visit.photos.filter((one) => one.household === household && (question ? one.question === question : household !== null))
    .map((one) => one.photo);
}
