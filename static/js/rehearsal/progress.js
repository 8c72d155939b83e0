/** How far a rehearsal has come, from what the phone holds and what the office says. */

import { missing, needsOf } from '../model/missing.js';
import { waitingWork } from '../store/outbox.js';
import { readChecklist, readPack } from '../store/pack.js';
import { newestVisits } from '../store/visits.js';

/** @import { Lack } from '../model/missing.js' */
/** @import { Visit } from '../model/visit.js' */

/**
 * @typedef {{visit: Visit | null, lacks: Lack[], waiting: number}} Held  what is on the phone
 * @typedef {{status: string, state: string | null}} Told  what the office says: of the township, of the visit
 * @typedef {'record' | 'seal' | 'send' | 'review' | 'covered' | 'short' | 'returned' | 'over'} Stage
 */

const VISITS_LOOKED_AT = 30;

/**
 * What the phone holds of the visit to a township.
 * @param {string} unit
 * @param {number} now ms since 1970
 * @returns {Promise<Held>}
 */
export async function heldOf(unit, now) {
  const [visits, kept, work] = await Promise.all([newestVisits(VISITS_LOOKED_AT), readPack(), waitingWork()]);
  const visit = visits.find((one) => one.unit === unit) ?? null;
  const checklist = visit && (await readChecklist(visit.checklist));
  const ground = kept?.pack.assignments.find((one) => one.unit === unit) ?? null;
  const lacks = visit && checklist ? missing(visit, checklist, needsOf(kept?.pack.params ?? {}), now, ground) : [];
  return { visit, lacks: lacks.filter((one) => one.here), waiting: work.segments + work.photos };
}

/**
 * Where the rehearsal stands. What is done at the office counts before what the phone still says.
 * @param {Held} held
 * @param {Told} told
 * @returns {Stage}
 */
export function stageOf({ visit, lacks, waiting }, { status, state }) {
  if (visit?.state === 'abandoned' || state === 'rejected') return 'over';
  if (visit?.state === 'open') return lacks.length ? 'record' : 'seal';
  if (state === 'accepted') return ['covered', 'covered_both'].includes(status) ? 'covered' : 'short';
  if (waiting > 0) return 'send';
  return state === 'returned' ? 'returned' : 'review';
}

/** Which of the three steps are done at a stage: recorded, sealed and sent, accepted. */
const DONE = { record: 0, seal: 1, send: 1, review: 2, returned: 2, short: 3, covered: 3, over: 0 };

/** @param {Stage} stage */
export function stepsDone(stage) {
  return DONE[stage];
}
