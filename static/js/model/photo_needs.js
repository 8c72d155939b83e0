/** How many photos there are, and how many are wanted: of each kind, of a household, of a question. Pure. */

import { photoWanted } from './checklist.js';
import { countedHouseholds } from './missing.js';
import { PHOTO_KINDS } from './photo.js';

/** @import { Answers, Checklist } from './checklist.js' */
/** @import { Visit } from './visit.js' */

/** @typedef {{taken: number, wanted: number}} Need  `wanted` 0: none is asked for, any is welcome */

/**
 * Of each kind: the place once (R8), the house of each household that counts and did not refuse it (R6), and what the
 * recorded answers ask for.
 * @param {Visit} visit
 * @param {Checklist} checklist
 * @returns {Record<string, Need>}
 */
export function kindNeeds(visit, checklist) {
  const needs = Object.fromEntries(PHOTO_KINDS.map((kind) => [kind, { taken: 0, wanted: 0 }]));
  for (const { kind } of visit.photos) if (needs[kind]) needs[kind].taken += 1;
  needs.place.wanted = 1;
  needs.house.wanted = countedHouseholds(visit).filter((one) => !one.photo_refused).length;
  for (const answers of [visit.answers.village, ...Object.values(visit.answers.households)]) {
    for (const kind of kindsAsked(checklist, answers)) needs[kind].wanted += 1;
  }
  return needs;
}

/**
 * Of the household or question that the camera was opened for; null where it was opened for neither.
 * @param {Visit} visit
 * @param {{household: string | null, question: string | null}} slot
 * @returns {Need | null}
 */
export function slotNeed(visit, { household, question }) {
  if (!household && !question) return null;
  const taken = visit.photos.filter((one) => (!household || one.household === household) && (!question || one.question === question));
  return { taken: taken.length, wanted: 1 };
}

/**
 * @param {Checklist} checklist
 * @param {Answers} answers
 */
function kindsAsked({ questions }, answers) {
  return questions.filter((one) => photoWanted(one, answers[one.code])).map((one) => one.photo_kind ?? '')
    .filter((kind) => PHOTO_KINDS.includes(kind));
}
