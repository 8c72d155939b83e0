/** What every screen of a visit needs to know: the visit, its checklist, its assignment, the round's needs. */

import { answersToRecord, isTouched } from '../model/interview.js';
import { matesOf, withMates } from '../model/mates.js';
import { needsOf } from '../model/missing.js';
import { placeClass, signedDistance } from '../model/place.js';
import { draftsUnder, interviewsOf, readDraft } from '../store/drafts.js';
import { keptChecklists, readPack } from '../store/pack.js';
import { readVisit } from '../store/visits.js';
import { currentDevice } from '../store/devices.js';

/** @import { Checklist } from '../model/checklist.js' */
/** @import { Interview } from '../model/interview.js' */
/** @import { Sample } from '../model/fix.js' */
/** @import { Mate } from '../model/mates.js' */
/** @import { Needs } from '../model/missing.js' */
/** @import { Visit } from '../model/visit.js' */
/** @import { Assignment, Result } from '../store/pack.js' */
/** @import { App } from './app.js' */

/**
 * @typedef {{visit: Visit, checklist: Checklist, assignment: Assignment | null, needs: Needs, demo: boolean,
 *   complaintPhone: string | null, dutyPhone: string | null, asked: Result | null, mates: Mate[], shared: boolean, sealedAt: string | null,
 *   drafted: Interview[]}} VisitContext
 *   `drafted`: interviews that are begun and not recorded; `asked`: why the office returned it; `mates`: other phones of it; `shared`: there may be some; `sealedAt`: on one of them
 */

/**
 * Null, and back to today, where the visit is not open (any more). The position is followed from here on.
 * @param {App} app
 * @param {string} id
 * @returns {Promise<VisitContext | null>}
 */
export async function openVisitContext(app, id) {
  const [own, kept, device, offered, checklistOf, drafts] = await Promise.all([
    readVisit(id), readPack(), currentDevice(), readDraft(offeredKey(id)), keptChecklists(), draftsUnder(interviewsOf(id))]);
  const checklist = own && (await checklistOf(own.checklist));
  if (own?.state !== 'open' || !checklist) {
    await app.go('today', {}, { history: 'replace' });
    return null;
  }
  await app.position.follow(own);
  const mates = matesOf(kept?.pack.visits, id, device?.device ?? '');
  const visit = withMates(own, mates, device?.inspector.id ?? '');
  const assignment = kept?.pack.assignments.find((one) => one.assignment === visit.assignment) ?? null;
  const params = kept?.pack.params ?? {};
  // Only a demonstration's round takes positions that were not measured.
  const demo = params.fix_sources?.includes('demo') ?? false;
  const asked = kept?.pack.results?.find((one) => one.visit === id && one.line === visit.returned) ?? null;
  return {
    visit, checklist, assignment, needs: needsOf(params), demo, complaintPhone: params.complaint_phone ?? null, dutyPhone: params.duty_phone ?? null, asked, mates,
    drafted: drafts.map(([, draft]) => draft),
    shared: visit.joined || mates.length > 0 || offered === true,
    // After a return the seal is history: this phone is mending.
    sealedAt: asked ? null : kept?.pack.visits?.find((one) => one.visit === id)?.sealed_at ?? null,
  };
}

/**
 * The draft that says that the visit's code was shown, so that a team-mate may have joined.
 * @param {string} visit
 */
export function offeredKey(visit) {
  return `offered:${visit}`;
}

/**
 * What was begun in a visit and is not saved yet: households, and how many answers about the village.
 * @param {VisitContext} context
 * @returns {{households: Interview[], answers: number}}
 */
export function unsavedWork({ checklist, drafted }) {
  const village = drafted.find((draft) => draft.level === 'village');
  return {
    households: drafted.filter((draft) => draft.level === 'household' && isTouched(draft)),
    answers: village ? Object.keys(answersToRecord(village, checklist)).length : 0,
  };
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
