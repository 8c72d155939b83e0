/**
 * What a visit still lacks before it can count, in words and with the way there. The server decides by the same rules
 * (docs/inspection-rules.md §5.3); this list only helps the people on the spot. Pure.
 */

import { answerFault, coreQuestions } from './checklist.js';
import { USABLE_METRES } from './fix.js';

/** @import { Checklist } from './checklist.js' */
/** @import { Visit } from './visit.js' */

/**
 * @typedef {{key: string, values?: Record<string, string | number>, go: {screen: string, params?: Record<string, any>} | null}} Lack
 *   `key` names the sentence `missing.<key>`; `go` is where it is done, null where only time does it
 * @typedef {{households: number, minutes: number, fixes: number}} Needs  of one visit: R6, R5, R4
 */

const MINUTE_MS = 60000;

/**
 * The needs of one visit from the round's parameters, with the rules' own defaults.
 * @param {Record<string, any>} params
 * @returns {Needs}
 */
export function needsOf(params) {
  return { households: params.visit_min_hh ?? 3, minutes: params.min_minutes ?? 30, fixes: params.min_fixes ?? 2 };
}

/**
 * Everything missing, the next thing to do first.
 * @param {Visit} visit
 * @param {Checklist} checklist
 * @param {Needs} needs
 * @param {number} now ms since 1970
 * @returns {Lack[]}
 */
export function missing(visit, checklist, needs, now) {
  return [
    ...householdLacks(visit, needs),
    ...villageLacks(visit, checklist),
    ...placePhotoLack(visit),
    ...fixLacks(visit, needs),
    ...timeLacks(visit, needs, now),
  ];
}

/**
 * Households that count towards the visit: complete and covert (暗访阶段).
 * @param {Visit} visit
 */
export function countedHouseholds(visit) {
  return visit.households.filter((one) => one.outcome === 'complete' && one.covert);
}

/**
 * @param {Visit} visit
 * @param {Needs} needs
 * @returns {Lack[]}
 */
function householdLacks(visit, needs) {
  const counted = countedHouseholds(visit);
  const wanting = needs.households - counted.length;
  const photoless = counted.filter((one) => !visit.photos.some((photo) => photo.household === one.household));
  /** @type {Lack[]} */
  const lacks = wanting > 0 ? [householdsLack(visit, wanting)] : [];
  return [...lacks, ...photoless.map(({ household, number }) => ({
    key: 'household_photo', values: { number }, go: { screen: 'camera', params: { household, kind: 'house' } },
  }))];
}

/**
 * After disclosure (亮明身份) no household counts any more, so nobody is sent to one.
 * @param {Visit} visit
 * @param {number} n
 * @returns {Lack}
 */
function householdsLack(visit, n) {
  if (visit.disclosed_at) return { key: 'households_late', values: { n }, go: null };
  return { key: 'households', values: { n }, go: { screen: 'household' } };
}

/**
 * @param {Visit} visit
 * @param {Checklist} checklist
 * @returns {Lack[]}
 */
function villageLacks(visit, checklist) {
  const open = coreQuestions(checklist, 'village', {}, visit.answers.village)
    // Reasons of "does not apply" are sealed away; that a state was recorded is enough.
    .filter((one) => answerFault(one, withReason(visit.answers.village[one.code])) !== null);
  return open.length ? [{ key: 'village', values: { n: open.length }, go: { screen: 'village' } }] : [];
}

/** @param {import('./checklist.js').Answer | undefined} answer */
function withReason(answer) {
  return answer && { ...answer, reason: '-' };
}

/**
 * @param {Visit} visit
 * @returns {Lack[]}
 */
function placePhotoLack(visit) {
  const taken = visit.photos.some((one) => one.kind === 'place' && one.source === 'camera');
  return taken ? [] : [{ key: 'place_photo', go: { screen: 'camera', params: { kind: 'place' } } }];
}

/**
 * @param {Visit} visit
 * @param {Needs} needs
 * @returns {Lack[]}
 */
function fixLacks(visit, needs) {
  const usable = visit.fixes.filter((one) => one.acc <= USABLE_METRES).length;
  return usable >= needs.fixes ? [] : [{ key: 'fixes', values: { n: needs.fixes - usable }, go: null }];
}

/**
 * @param {Visit} visit
 * @param {Needs} needs
 * @param {number} now
 * @returns {Lack[]}
 */
function timeLacks(visit, needs, now) {
  const minutes = Math.floor((now - Date.parse(visit.opened_at)) / MINUTE_MS);
  return minutes >= needs.minutes ? [] : [{ key: 'minutes', values: { n: needs.minutes - minutes }, go: null }];
}
