/**
 * The tally: how much lies here and how much of it waits, kept in step by the very transactions that change it. To count
 * thousands of rows takes a phone longer than to show the screen on whose head the figures stand.
 */

import { reading, writing } from './database.js';

/** @import { Writing } from './database.js' */

/**
 * @typedef {object} Tally
 * @property {number} saved  segments in all
 * @property {number} segments  of them that wait
 * @property {number} photos  that wait
 * @property {number} alone  of them whose message has arrived
 *
 * @typedef {{before?: any, after: any}} Step  a row as it was, and as it is written
 */

const TALLY = 'tally';
/** What a transaction that changes a segment or a photo is over. */
export const TALLIED = ['segments', 'photos', 'settings'];
/** How many rounds may pass between two comparisons. */
export const ROUNDS = 20;
/** How many have passed since it was last compared with what lies here; the first after a start is not let pass. */
let passed = ROUNDS;

/**
 * On a phone that cannot write, a full one for instance, it is counted every time.
 * @returns {Promise<Tally>}
 */
export async function readTally() {
  const kept = await reading(['settings'], (tx) => tx.objectStore('settings').get(TALLY));
  return kept ?? writing(TALLIED, countAnew, 'relaxed').catch(() => reading(TALLIED, (tx) => counted((store, index) => {
    const rows = tx.objectStore(store);
    return (index ? rows.index(index) : rows).count();
  })));
}

/**
 * As it stands in a transaction over `TALLIED`; undefined where nobody has counted yet, and then nothing need be kept in step.
 * @param {Writing} tx
 * @returns {Promise<Tally | undefined>}
 */
export function tallyIn(tx) {
  return tx.get('settings', TALLY);
}

/**
 * Writes what becomes of it.
 * @param {Writing} tx
 * @param {Tally | undefined} tally
 * @param {{segments?: Step[], photos?: Step[]}} changed
 */
export function putTally(tx, tally, { segments = [], photos = [] }) {
  if (!tally) return;
  const more = (/** @type {Step[]} */ steps, /** @type {(row: any) => unknown} */ counts) => (
    steps.reduce((sum, { before, after }) => sum + Number(Boolean(counts(after))) - Number(Boolean(before && counts(before))), 0));
  const now = {
    saved: tally.saved + more(segments, () => true), segments: tally.segments + more(segments, (one) => one.waiting),
    photos: tally.photos + more(photos, (one) => one.waiting), alone: tally.alone + more(photos, (one) => one.alone),
  };
  if (JSON.stringify(now) !== JSON.stringify(tally)) tx.put('settings', now, TALLY);
}

/**
 * After each start, and then once in so many rounds, the rows themselves are asked: no figure is shown for ever that does not hold.
 * @param {Writing} tx  over `TALLIED`, in which all is written that will be
 */
export async function compareTally(tx) {
  if (passed < ROUNDS) {
    passed += 1;
    return;
  }
  await countAnew(tx);
  tx.afterwards(() => { passed = 0; });
}

/** @param {Writing} tx */
async function countAnew(tx) {
  const tally = await counted(tx.count);
  tx.put('settings', tally, TALLY);
  return tally;
}

/**
 * @param {Writing['count']} count
 * @returns {Promise<Tally>}
 */
async function counted(count) {
  const [saved, segments, photos, alone] = await Promise.all([
    count('segments'), count('segments', 'waiting'), count('photos', 'waiting'), count('photos', 'alone')]);
  return { saved, segments, photos, alone };
}
