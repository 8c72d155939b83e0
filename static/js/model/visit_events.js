/** The facts a visit (走访) is made of, ready to be written: one function for each save point. Pure. */

import { SIDES } from './checklist.js';
import { PrivateText } from './private_record.js';

/** @import { Answers } from './checklist.js' */
/** @import { Event } from './message.js' */
/** @import { PhotoSource } from './photo.js' */
/** @import { Proposal, Remark } from './remark.js' */
/** @import { Declarations, Visit } from './visit.js' */

/** @typedef {{kind: string, body: Record<string, any>}} Fact */

export const DECLARATIONS = /** @type {(keyof Declarations)[]} */ (['not_notified', 'not_escorted', 'direct_entry']);
/** Why the team doubts its own visit (存疑); docs/inspection-rules.md §5.3 R3. */
export const DOUBT_REASONS = ['leak', 'escort_before', 'escort_accepted', 'not_straight_in', 'other'];

/**
 * Facts as events of one visit, or of the phone itself; what is null is left out, so that a missing fix never blocks a save.
 * @param {string | null} visit
 * @param {(Fact | null)[]} facts
 * @returns {Event[]}
 */
export function eventsOf(visit, facts) {
  return facts.filter((fact) => fact !== null).map(({ kind, body }) => ({ kind, visit, body }));
}

/**
 * @param {{assignment: string | null, round: string, unit: string, village: string | null, team: 'A' | 'B',
 *   checklist: string, app: string, declarations: Declarations}} body
 * @returns {Fact}
 */
export function visitOpened(body) {
  const { assignment, round, unit, village, team, checklist, app, declarations } = body;
  return { kind: 'visit.opened', body: { assignment, round, unit, village, team, type: 'covert', checklist, app, declarations } };
}

/**
 * The village that was drawn (抽村), and the one gone to; another one has a reason.
 * @param {{seed: string, drawn: string, taken: string, reason: string | null}} given
 * @returns {Fact}
 */
export function villageDrawn({ seed, drawn, taken, reason }) {
  return { kind: 'village.drawn', body: { seed, drawn, taken, ...(reason ? { reason } : {}) } };
}

/**
 * Rows drawn from a frame (抽户), with all that it takes to draw them again.
 * @param {{draw: number, frame: string, n: number, seed: string, rows: number[], step: number | null, photo: string | null}} given
 * @returns {Fact}
 */
export function householdDrawn({ draw, frame, n, seed, rows, step, photo }) {
  return { kind: 'household.drawn', body: { draw, frame, n, seed, rows, ...(step ? { step } : {}), ...(photo ? { photo } : {}) } };
}

/**
 * This phone joins a visit that a team-mate's phone began; `numbersFrom`: its households are numbered from there.
 * @param {{assignment: string | null, round: string, unit: string, village: string | null, team: 'A' | 'B',
 *   checklist: string, app: string, numbersFrom: number}} body
 * @returns {Fact}
 */
export function visitJoined({ assignment, round, unit, village, team, checklist, app, numbersFrom }) {
  return { kind: 'visit.joined', body: { assignment, round, unit, village, team, type: 'covert', checklist, app, numbers_from: numbersFrom } };
}

/**
 * A household interview (户访). Who answered and why there is no photo travel as private records.
 * @param {{household: string, number: number, type: string, selection: string, frame?: string, outcome: string,
 *   draw?: number | null, row?: number | null, replaces?: number | null, respondent?: string, fix?: string | null, photoRefused?: string, presentOther?: boolean, alone?: boolean}} given
 *   `presentOther`: somebody was beside (有人在旁); `alone`: the answers were given without them
 * @returns {Fact}
 */
export function householdRecorded(given) {
  const { household, number, type, selection, frame, outcome, draw, row, replaces, respondent, fix, photoRefused, presentOther, alone } = given;
  const body = {
    household, number, type, selection, ...(frame ? { frame } : {}), outcome,
    ...(row ? { draw, row } : {}),
    ...(replaces ? { replaces } : {}),
    ...(respondent?.trim() ? { respondent_private: new PrivateText('respondent', respondent.trim()) } : {}),
    ...(fix ? { fix } : {}),
    ...(photoRefused?.trim() ? { photo_refused_private: new PrivateText('reason', photoRefused.trim()) } : {}),
    ...(presentOther ? { present_other: true } : {}),
    ...(alone === false ? { alone: false } : {}),
  };
  return { kind: 'household.recorded', body };
}

/**
 * Answers of one level; reasons are private records. Null where nothing was answered.
 * @param {'village' | 'household'} level
 * @param {string | null} household
 * @param {Answers} answers
 * @returns {Fact | null}
 */
export function answersRecorded(level, household, answers) {
  const list = Object.entries(answers).map(([code, { state, value, reason, sides }]) => ({
    code, state,
    ...(state === 'answered' ? { value } : {}),
    ...(reason?.trim() ? { reason_private: new PrivateText('reason', reason.trim()) } : {}),
    ...sidesGiven(sides ?? {}),
  }));
  if (list.length === 0) return null;
  return { kind: 'answers.recorded', body: { level, ...(household ? { household } : {}), answers: list } };
}

/**
 * What each side says (三方对照), each a private record of its own; figures stand in the body.
 * @param {Record<string, string>} sides
 */
function sidesGiven(sides) {
  const told = Object.entries(sides).filter(([, words]) => words.trim());
  const figures = told.filter(([name, words]) => !SIDES.includes(name) && Number.isFinite(Number(words.normalize('NFKC'))));
  return {
    ...Object.fromEntries(told.filter(([name]) => SIDES.includes(name))
      .map(([name, words]) => [`${name}_private`, new PrivateText('fact', words.trim())])),
    ...(figures.length ? { figures: Object.fromEntries(figures.map(([name, words]) => [name, Number(words.normalize('NFKC'))])) } : {}),
  };
}

/**
 * A photo (照片), bound to the sealed bytes that travel and to the fix around the shutter.
 * @param {{photo: string, sha256: string, size: number, sealed_sha256: string, sealed_size: number, key: string,
 *   mime?: string, width: number, height: number, kind: string, household?: string | null, question?: string | null,
 *   fix?: string | null, taken_at: string, source: PhotoSource, remarks?: string[], masked?: number}} given
 *   `remarks`: what was noticed of it (photo_look.js); `masked`: blocks burned into it (遮挡)
 * @returns {Fact}
 */
export function photoTaken(given) {
  const { photo, sha256, size, sealed_sha256, sealed_size, key, mime = 'image/jpeg', width, height, kind } = given;
  const { household, question, fix, taken_at, source, remarks = [], masked = 0 } = given;
  const body = {
    photo, sha256, size, sealed_sha256, sealed_size, key, mime, width, height, kind,
    ...(household ? { household } : {}), ...(question ? { question } : {}), ...(fix ? { fix } : {}), taken_at, source,
    ...(remarks.length ? { remarks } : {}), ...(masked ? { masked } : {}),
  };
  return { kind: 'photo.taken', body };
}

/**
 * Why no photo stands beside an answer that wants one, or beside a finding; the words are a private record.
 * @param {{level: 'village' | 'household', household: string | null, question: string | null, note: string | null, reason: string}} given
 * @returns {Fact}
 */
export function photoAbsent({ level, household, question, note, reason }) {
  return { kind: 'photo.absent', body: {
    level, ...(household ? { household } : {}), ...(question ? { question } : {}), ...(note ? { note } : {}),
    reason_private: new PrivateText('reason', reason.trim()) } };
}

/**
 * The team shows who it is (亮明身份); households after it are not covert.
 * @returns {Fact}
 */
export function identityDisclosed() {
  return { kind: 'identity.disclosed', body: {} };
}

/**
 * A cadre turned up (干部到场); the line's own time says when.
 * @returns {Fact}
 */
export function cadreArrived() {
  return { kind: 'cadre.arrived', body: {} };
}

/**
 * The team itself says that the visit is in doubt (存疑); its words are a private record.
 * @param {string} reason
 * @param {string} words
 * @returns {Fact}
 */
export function visitDoubted(reason, words) {
  return { kind: 'visit.doubted', body: { reason, ...(words.trim() ? { note_private: new PrivateText('reason', words.trim()) } : {}) } };
}

/**
 * The companion (同行人), confirmed by an own code on this phone.
 * @param {string} inspector account
 * @param {string} proof
 * @returns {Fact}
 */
export function companionConfirmed(inspector, proof) {
  return { kind: 'companion.confirmed', body: { inspector, how: 'code', proof } };
}

/**
 * A finding, lead or commendation (问题、线索、亮点), in the inspector's own words, which are a private record.
 * @param {Remark} remark
 * @param {string[]} photos
 * @returns {Fact}
 */
export function noted({ kind, note, level, household, question, topic, a9, severity, fact, proposal }, photos) {
  const body = {
    note, level, ...(household ? { household } : {}), ...(question ? { question } : {}), ...(topic ? { topic } : {}),
    ...(a9 ? { a9 } : {}), ...(severity ? { severity } : {}), fact_private: new PrivateText('fact', fact.trim()),
    ...(photos.length ? { photos } : {}), ...(proposal ? { proposal } : {}),
  };
  return { kind: `${kind}.noted`, body };
}

/**
 * What a negative answer proposes (建议), for the inspector to confirm by a remark or to dismiss.
 * @param {Proposal} given
 * @returns {Fact}
 */
export function proposalMade({ proposal, level, household, question, makes, severity, topics, a9 }) {
  return { kind: 'proposal.made', body: {
    proposal, level, ...(household ? { household } : {}), question, makes, severity, topics, ...(a9 ? { a9 } : {}) } };
}

/**
 * A proposal that is no finding or lead: with the inspector's reason, or because the answer was changed.
 * @param {{proposal: string, why: 'no_case' | 'answer_changed', reason: string}} given
 * @returns {Fact}
 */
export function proposalDismissed({ proposal, why, reason }) {
  return { kind: 'proposal.dismissed', body: {
    proposal, why, ...(reason.trim() ? { reason_private: new PrivateText('reason', reason.trim()) } : {}) } };
}

/**
 * A visit that the office returned (退回) is recorded further.
 * @param {string} returned hash of the desk's line
 * @returns {Fact}
 */
export function visitReopened(returned) {
  return { kind: 'visit.reopened', body: { returned } };
}

/**
 * The seal (封存): every photo by the hash of its JPEG, and the declarations as they stand at the end.
 * @param {Visit} visit
 * @param {Declarations} declarations
 * @param {{device: string, seq: number, hash: string}[]} [heads] the last lines of joined phones that this one knows of
 * @returns {Fact}
 */
export function visitSealed(visit, declarations, heads = []) {
  return { kind: 'visit.sealed', body: { photos: visit.photos.map((one) => one.sha256), declarations, heads } };
}

/**
 * This phone's part of the visit is done; another one goes on and seals.
 * @returns {Fact}
 */
export function visitLeft() {
  return { kind: 'visit.left', body: {} };
}

/**
 * A visit given up; a reason is welcome and never asked for twice.
 * @param {string} reason
 * @returns {Fact}
 */
export function visitAbandoned(reason) {
  return { kind: 'visit.abandoned', body: reason.trim() ? { reason_private: new PrivateText('reason', reason.trim()) } : {} };
}
