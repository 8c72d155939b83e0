/** What the four households and the village of a prepared visit answered: data alone, invented (演示). */

/** @import { Answers } from '../model/checklist.js' */

/** Minutes before now at which each household was recorded, and its type. The fifth, an ordinary one, is left to do. */
export const HOUSEHOLDS = [
  { type: 'poor', minutes: 37 }, { type: 'exited', minutes: 29 }, { type: 'exited', minutes: 21 }, { type: 'poor', minutes: 13 },
];
export const OPENED_MINUTES = 47;
export const COMPANION_MINUTES = 46;
export const DRAW_MINUTES = 45;
/** As many the way has, so that five are drawn. */
export const HOUSES = 30;
export const VILLAGE_MINUTES = 8;

/** What of the fifth household was chosen at the door already. */
export const FIFTH = { type: 'general', selection: 'random', frame: 'walk' };

/** Photos that the prepared village answers call for: question and kind. */
export const VILLAGE_PHOTOS = [{ question: 'V10', kind: 'notice' }, { question: 'V19', kind: 'water' }];

/**
 * All but two: roads (V18), and what is worth passing on (V48).
 * @type {Answers}
 */
export const VILLAGE_ANSWERS = answered({
  V01: 'present', V02: 'yes', V05: 1, V10: 'yes', V12: 0, V13: 1, V19: 3, V21: ['room', 'doctor', 'drugs'], V24: 0,
  V29: 'working', V38: 'match', 'village.class': 'poor', V39: 620, V44: ['none'],
});

/** @typedef {import('../model/interview.js').NoteDraft} NoteDraft */

/**
 * What became of the two negative ones: the first is confirmed as a finding, the other dismissed as no lead.
 * @param {string} seen
 * @param {string} noCase
 * @param {string} noPhoto why no photo stands beside the finding
 * @returns {Record<string, NoteDraft>}
 */
export function villageNotes(seen, noCase, noPhoto) {
  return { V05: { fact: seen, noPhoto }, V13: { fact: '', dismissed: noCase } };
}

/** @type {Answers} */
export const HOUSEHOLD_ANSWERS = answered({
  H01: 'same', H02: 'ok', H03: 'yes', H04: 'ok', H05: 'safe', H06: 'all', H07: 'full', H08: 'ok', H09: 2,
  H10: ['at_home', 'filled', 'own_sign', 'understood'], H11: 'agree', H12: '4',
});

/** The household's question that its photo belongs to. */
export const HOUSE_QUESTION = 'H05';

/**
 * @param {Record<string, unknown>} values
 * @returns {Answers}
 */
function answered(values) {
  return Object.fromEntries(Object.entries(values).map(([code, value]) => [code, { state: 'answered', value }]));
}
