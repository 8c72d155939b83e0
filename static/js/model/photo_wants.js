/**
 * Photos (照片) that an answer or a finding wants and that are not there: taken later, or one line says why not. None of
 * them keeps a visit from being sealed. Source: docs/inspection-rules.md §3, §4.7 (evidence: at least one, or a reason). Pure.
 */

import { factsIn, photoWanted } from './checklist.js';
import { evidenceOf } from './remark.js';

/** @import { Answers, Checklist } from './checklist.js' */
/** @import { Visit } from './visit.js' */

/**
 * @typedef {{level: 'village' | 'household', household: string | null, question: string | null, note: string | null}} Want
 *   `note`: the finding that has no photo; `question`: whose answer wants one
 */

/**
 * Those of the findings first.
 * @param {Visit} visit
 * @param {Checklist} checklist
 * @returns {Want[]}
 */
export function photoWants(visit, checklist) {
  const findings = visit.notes.filter((one) => one.kind === 'finding' && evidenceOf(visit, one).length === 0)
    .map(({ level, household, question, note }) => /** @type {Want} */ ({ level, household, question, note }));
  const asked = [
    ...wantedBy(checklist, visit.answers.village, {}).map((question) => want(null, question)),
    ...visit.households.flatMap(({ household, type }) => (
      wantedBy(checklist, visit.answers.households[household] ?? {}, { 'household.type': type }).map((question) => want(household, question)))),
  ].filter((one) => evidenceOf(visit, one).length === 0 && !findings.some((other) => isSame(one, other)));
  return [...findings, ...asked].filter((one) => !isExplained(visit, one));
}

/**
 * @param {string | null} household
 * @param {string} question
 * @returns {Want}
 */
function want(household, question) {
  return { level: household ? 'household' : 'village', household, question, note: null };
}

/**
 * @param {Checklist} checklist
 * @param {Answers} answers
 * @param {Record<string, unknown>} facts
 */
function wantedBy({ questions, params }, answers, facts) {
  return questions.filter((one) => photoWanted(one, answers[one.code], { ...factsIn(answers), ...facts }, params)).map((one) => one.code);
}

/**
 * Whether one said why there is none: for the place of the answer, or for the finding itself. Who would not have their
 * house photographed has said it for all of it.
 * @param {Visit} visit
 * @param {Want} one
 */
function isExplained({ photoless, households }, one) {
  return photoless.some((other) => (one.question ? isSame(one, other) : other.note === one.note))
    || households.some(({ household, photo_refused }) => photo_refused && household === one.household);
}

/**
 * @param {Pick<Want, 'household' | 'question'>} one
 * @param {Pick<Want, 'household' | 'question'>} other
 */
function isSame(one, other) {
  return one.question !== null && one.question === other.question && one.household === other.household;
}
