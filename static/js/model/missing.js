/**
 * What a visit still lacks before it can count, with the reason codes of the rules (docs/inspection-rules.md §5.3), in
 * words and with the way there. The server decides by the same rules from what has arrived; both run the cases of
 * tests/rules/coverage_cases.json. Pure.
 */

import { coreQuestions } from './checklist.js';
import { photoWants } from './photo_wants.js';
import { visitPlace } from './place.js';
import { openProposals } from './visit.js';
import { DECLARATIONS } from './visit_events.js';

/** @import { Checklist } from './checklist.js' */
/** @import { Geometry } from './place.js' */
/** @import { Visit } from './visit.js' */

/**
 * @typedef {{key: string, values: Record<string, string | number>}} Part
 * @typedef {Part & {reasons: string[], parts?: Part[], here: boolean,
 *   go: {screen: string, params?: Record<string, any>} | null}} Lack
 *   `reasons` are the rules' codes; `key` names the sentence `missing.<key>`, which may list `parts`; `here`: it can still
 *   be mended on the spot, else the review decides; `go` is where it is done, null where only time does it
 * @typedef {{households: number, minutes: number, inspectors: number, accuracy: number, outsideShare: number,
 *   border: number, fixes: number, waived: Record<string, number>, township: {households: number, listed: number, other: number}}} Needs  R2, R4, R5, R6 of a visit, and of its
 *   township; `waived`: villages that have only so many listed households
 * @typedef {{outline: Geometry | null, boundary_error_m: number} | null} Ground  the assigned township, where known
 */

const MINUTE_MS = 60000;
const LISTED = ['poor', 'exited'];

/**
 * The needs of one visit from the round's parameters, with the rules' own defaults.
 * @param {Record<string, any>} params
 * @returns {Needs}
 */
export function needsOf(params) {
  return {
    waived: params.waived ?? {}, households: params.visit_min_hh ?? 3, minutes: params.min_minutes ?? 30, inspectors: params.min_inspectors ?? 2,
    accuracy: params.acc_max_m ?? 100, outsideShare: params.outside_share_max ?? 0.2, border: params.border_out_m ?? 300,
    fixes: params.min_fixes ?? 2,
    township: { households: params.twp_min_hh ?? 5, listed: params.twp_min_listed ?? 2, other: params.twp_min_other ?? 1 },
  };
}

/**
 * Everything missing, the next thing to do first.
 * @param {Visit} visit
 * @param {Checklist} checklist
 * @param {Needs} needs
 * @param {number} now ms since 1970
 * @param {Ground} ground
 * @returns {Lack[]}
 */
export function missing(visit, checklist, needs, now, ground) {
  return [
    ...proposalLacks(visit, true),
    ...householdLacks(visit, needs),
    ...townshipLacks(visit, needs),
    ...villageLacks(visit, checklist),
    ...placePhotoLack(visit),
    ...inspectorLacks(visit, needs),
    ...proposalLacks(visit, false),
    ...evidenceLacks(visit, checklist),
    ...placeLacks(visit, needs, ground),
    ...timeLacks(visit, needs, now),
    ...declarationLacks(visit),
  ];
}

/**
 * Households that count towards the visit: complete, covert (暗访阶段), and alone once a cadre had turned up.
 * @param {Visit} visit
 */
export function countedHouseholds(visit) {
  return visit.households.filter((one) => one.outcome === 'complete' && one.covert && !one.watched);
}

/**
 * Of those the ones with a photo, or with the reason why there is none.
 * @param {Visit} visit
 */
function provenHouseholds(visit) {
  return countedHouseholds(visit).filter((one) => one.photo_refused || hasPhoto(visit, one.household));
}

/**
 * @param {Visit} visit
 * @param {string} household
 */
function hasPhoto(visit, household) {
  return visit.photos.some((photo) => photo.household === household);
}

/**
 * @param {Visit} visit
 * @param {Needs} needs
 * @returns {Lack[]}
 */
function householdLacks(visit, needs) {
  const counted = countedHouseholds(visit);
  const wanting = needs.households - counted.length;
  const photoless = counted.filter((one) => !one.photo_refused && !hasPhoto(visit, one.household));
  /** @type {Lack[]} */
  const lacks = wanting > 0 ? [householdsLack(visit, wanting)] : [];
  // The same photo is missing to the visit and to its township, or to nobody where both have enough without it.
  const proven = provenHouseholds(visit).length;
  const reasons = [...(proven < needs.households ? ['households'] : []), ...(proven < needs.township.households ? ['township_households'] : [])];
  if (reasons.length === 0) return lacks;
  return [...lacks, ...photoless.map(({ household, number }) => ({
    ...lack('household_photo', { number }, { screen: 'camera', params: { household, kind: 'house' } }), reasons,
  }))];
}

/**
 * What the township needs of all its visits together; this phone knows its own alone.
 * @param {Visit} visit
 * @param {Needs} needs
 * @returns {Lack[]}
 */
function townshipLacks(visit, { households, township, waived }) {
  const proven = provenHouseholds(visit);
  const visitsOwn = Math.max(0, households - countedHouseholds(visit).length);
  const listed = proven.filter((one) => LISTED.includes(one.type)).length;
  const parts = [
    // Those the visit itself lacks are told already.
    { key: 'township_households', n: township.households - countedHouseholds(visit).length - visitsOwn },
    { key: 'township_listed', n: Math.min(township.listed, waived[visit.village ?? ''] ?? township.listed) - listed },
    { key: 'township_other', n: township.other - (proven.length - listed) },
  ].filter(({ n }) => n > 0).map(({ key, n }) => ({ key, values: { n } }));
  if (parts.length === 0) return [];
  return [{ ...lack('township', {}, visit.disclosed_at ? null : { screen: 'household' }), reasons: parts.map((one) => one.key), parts }];
}

/**
 * How many of the village's core questions are open; they belong before the disclosure (亮明身份).
 * @param {Visit} visit
 * @param {Checklist} checklist
 */
export function openVillageCore(visit, checklist) {
  return coreQuestions(checklist, 'village', {}, visit.answers.village)
    // What was recorded had passed; reasons and, after the seal, values are sealed away.
    .filter((one) => !visit.answers.village[one.code]).length;
}

/**
 * After disclosure (亮明身份) no household counts any more, so nobody is sent to one.
 * @param {Visit} visit
 * @param {number} n
 * @returns {Lack}
 */
function householdsLack(visit, n) {
  if (visit.disclosed_at) return { ...lack('households', { n }, null), key: 'households_late' };
  return lack('households', { n }, { screen: 'household' });
}

/**
 * @param {Visit} visit
 * @param {Checklist} checklist
 * @returns {Lack[]}
 */
function villageLacks(visit, checklist) {
  const n = openVillageCore(visit, checklist);
  return n > 0 ? [lack('core', { n }, { screen: 'village' })] : [];
}

/**
 * @param {Visit} visit
 * @returns {Lack[]}
 */
function placePhotoLack(visit) {
  const taken = visit.photos.some((one) => one.kind === 'place' && one.source !== 'file');
  return taken ? [] : [lack('place_photo', {}, { screen: 'camera', params: { kind: 'place' } })];
}

/**
 * @param {Visit} visit
 * @param {Needs} needs
 * @returns {Lack[]}
 */
function inspectorLacks(visit, needs) {
  // A phone that joined knows that the one who began the visit has a phone of their own.
  const wanting = needs.inspectors - 1 - Math.max(visit.companions.length, visit.joined ? 1 : 0);
  return wanting > 0 ? [lack('inspectors', {}, { screen: 'companion' })] : [];
}

/**
 * @param {Visit} visit
 * @param {Needs} needs
 * @param {Ground} ground
 * @returns {Lack[]}
 */
function placeLacks(visit, needs, ground) {
  const place = visitPlace(visit.fixes, ground?.outline, ground?.boundary_error_m ?? 0, needs);
  if (place === 'inside') return [];
  return [{ ...lack(`location_${place}`, {}, null), here: place === 'nofix' || place === 'outside' }];
}

/**
 * Proposals (建议) that wait for the inspector's word; no rule hangs on them, and one of life and safety comes first.
 * @param {Visit} visit
 * @param {boolean} urgent
 * @returns {Lack[]}
 */
function proposalLacks(visit, urgent) {
  const n = openProposals(visit).filter((one) => (one.severity === 'urgent') === urgent).length;
  const key = urgent ? 'proposals_urgent' : 'proposals';
  return n > 0 ? [{ ...lack(key, { n }, { screen: 'proposal' }), reasons: [] }] : [];
}

/**
 * Photos that findings and answers want; no rule hangs on them.
 * @param {Visit} visit
 * @param {Checklist} checklist
 * @returns {Lack[]}
 */
function evidenceLacks(visit, checklist) {
  const n = photoWants(visit, checklist).length;
  return n > 0 ? [{ ...lack('evidence', { n }, { screen: 'evidence' }), reasons: [] }] : [];
}

/**
 * From the first usable fix on, or by the visit's own clock without one; a fix is taken on leaving.
 * @param {Visit} visit
 * @param {Needs} needs
 * @param {number} now
 * @returns {Lack[]}
 */
function timeLacks(visit, needs, now) {
  const usable = visit.fixes.filter((one) => one.acc <= needs.accuracy).map((one) => Date.parse(one.t));
  const since = usable.length ? Math.min(...usable) : Date.parse(visit.opened_at);
  const minutes = Math.floor((now - since) / MINUTE_MS);
  return minutes >= needs.minutes ? [] : [lack('duration', { n: needs.minutes - minutes }, null)];
}

/**
 * A declaration that was answered no, a leak that was heard of, or what the team itself marked (存疑): nothing on the spot
 * undoes it, and recording goes on.
 * @param {Visit} visit
 * @returns {Lack[]}
 */
function declarationLacks(visit) {
  const { declarations } = visit;
  const broken = declarations !== null && DECLARATIONS.some((name) => !declarations[name]);
  const leak = [visit.answers.village.V44?.value].flat().includes('leak');
  if (visit.doubts.length > 0) return [{ ...lack('compromised', {}, null), key: 'doubted', here: false }];
  return broken || leak ? [{ ...lack('compromised', {}, null), here: false }] : [];
}

/**
 * @param {string} reason
 * @param {Record<string, string | number>} values
 * @param {Lack['go']} go
 * @returns {Lack}
 */
function lack(reason, values, go) {
  return { reasons: [reason], key: reason, values, here: true, go };
}
