/** What every screen of a visit needs to know: the visit, its checklist, its assignment, the round's needs. */

import { needsOf } from '../model/missing.js';
import { placeClass, signedDistance } from '../model/place.js';
import { readChecklist, readPack } from '../store/pack.js';
import { readVisit } from '../store/visits.js';

/** @import { Checklist } from '../model/checklist.js' */
/** @import { Sample } from '../model/fix.js' */
/** @import { Needs } from '../model/missing.js' */
/** @import { Visit } from '../model/visit.js' */
/** @import { Assignment, Result } from '../store/pack.js' */
/** @import { App } from './app.js' */

/**
 * @typedef {{visit: Visit, checklist: Checklist, assignment: Assignment | null, needs: Needs, demo: boolean,
 *   complaintPhone: string | null, asked: Result | null}} VisitContext  `asked`: why the office returned it
 */

/**
 * Null, and back to today, where the visit is not open (any more). The position is followed from here on.
 * @param {App} app
 * @param {string} id
 * @returns {Promise<VisitContext | null>}
 */
export async function openVisitContext(app, id) {
  const [visit, kept] = await Promise.all([readVisit(id), readPack()]);
  const checklist = visit && (await readChecklist(visit.checklist));
  if (visit?.state !== 'open' || !checklist) {
    await app.go('today', {}, { history: 'replace' });
    return null;
  }
  await app.position.follow(visit);
  const assignment = kept?.pack.assignments.find((one) => one.assignment === visit.assignment) ?? null;
  const params = kept?.pack.params ?? {};
  // Only a demonstration's round takes positions that were not measured.
  const demo = params.fix_sources?.includes('demo') ?? false;
  const asked = kept?.pack.results?.find((one) => one.visit === id && one.line === visit.returned) ?? null;
  return { visit, checklist, assignment, needs: needsOf(params), demo, complaintPhone: params.complaint_phone ?? null, asked };
}

/**
 * Where a sample stands against the assigned township, as the server will see it; null where no outline is known.
 * @param {Assignment | null} assignment
 * @param {Sample} sample
 */
export function placeOf(assignment, sample) {
  const distance = signedDistance(assignment?.outline, sample);
  return placeClass(distance, sample.acc, assignment?.boundary_error_m ?? 0);
}
