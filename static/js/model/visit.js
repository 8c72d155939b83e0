/**
 * A visit (走访) on the phone that records it: the fold of its own lines, kept beside the sealed segments only while
 * the visit is open. Pure. Source: docs/inspection-rules.md §4.5, §5.3.
 */

/** @import { Answer, Answers } from './checklist.js' */

/**
 * The three declarations (不打招呼、不让陪同、直接进村入户), made at the start and again at the seal.
 * @typedef {{not_notified: boolean, not_escorted: boolean, direct_entry: boolean}} Declarations
 *
 * @typedef {{household: string, number: number, type: string, selection: string, outcome: string, at: string,
 *   covert: boolean}} Household  `covert`: recorded before the team disclosed itself
 * @typedef {{photo: string, sha256: string, sealed: string, kind: string, household: string | null,
 *   question: string | null, source: string}} VisitPhoto
 * @typedef {{fix: string, purpose: string, lon: number, lat: number, acc: number, t: string}} VisitFix
 * @typedef {{unit_name: string, county_name?: string, village_name?: string | null}} Place names for the reader alone
 *
 * @typedef {object} Visit
 * @property {string} visit
 * @property {'open' | 'sealed' | 'abandoned'} state
 * @property {string} opened_at
 * @property {string | null} ended_at
 * @property {string | null} disclosed_at
 * @property {string | null} assignment
 * @property {string} unit
 * @property {string | null} village
 * @property {string} checklist
 * @property {Declarations} declarations
 * @property {Place} place
 * @property {Household[]} households
 * @property {{village: Answers, households: Record<string, Answers>}} answers
 * @property {VisitPhoto[]} photos
 * @property {VisitFix[]} fixes
 * @property {{households: number, photos: number}} counts what is left to show once it has ended
 */

/** @typedef {(visit: Visit, body: any, at: string) => Visit} Fold */

/** @type {Record<string, Fold>} */
const FOLDS = {
  'fix.taken': (visit, { fix, purpose, lon, lat, acc, t }) => (
    { ...visit, fixes: [...visit.fixes, { fix, purpose, lon, lat, acc, t }] }),
  'household.recorded': foldHousehold,
  'answers.recorded': foldAnswers,
  'photo.taken': foldPhoto,
  'identity.disclosed': (visit, _body, at) => ({ ...visit, disclosed_at: visit.disclosed_at ?? at }),
  'visit.sealed': (visit, _body, at) => ended(visit, 'sealed', at),
  'visit.abandoned': (visit, _body, at) => ended(visit, 'abandoned', at),
};

/**
 * The visit after one of its lines; kinds this app does not know change nothing.
 * @param {Visit | null} visit null before `visit.opened`
 * @param {{kind: string, visit: string | null, at: string, body: any}} message
 * @param {Place} place
 * @returns {Visit | null}
 */
export function foldLine(visit, message, place) {
  if (message.kind === 'visit.opened') return opened(message, place);
  const fold = FOLDS[message.kind];
  return visit && fold ? fold(visit, message.body, message.at) : visit;
}

/**
 * @param {{visit: string | null, at: string, body: any}} message
 * @param {Place} place
 * @returns {Visit}
 */
function opened({ visit, at, body }, place) {
  return {
    visit: /** @type {string} */ (visit), state: 'open', opened_at: at, ended_at: null, disclosed_at: null,
    assignment: body.assignment, unit: body.unit, village: body.village, checklist: body.checklist,
    declarations: body.declarations, place, households: [], answers: { village: {}, households: {} }, photos: [],
    fixes: [], counts: { households: 0, photos: 0 },
  };
}

/** @type {Fold} */
function foldHousehold(visit, body, at) {
  const { household, number, type, selection, outcome } = body;
  const known = visit.households.filter((one) => one.household !== household);
  const covert = visit.disclosed_at === null;
  const households = [...known, { household, number, type, selection, outcome, at, covert }];
  return { ...visit, households, counts: { ...visit.counts, households: households.length } };
}

/** @type {Fold} */
function foldAnswers(visit, { level, household, answers }) {
  const given = Object.fromEntries(answers.map(
    (/** @type {Answer & {code: string}} */ { code, state, value }) => [code, { state, value }]));
  const { village, households } = visit.answers;
  if (level === 'village') return { ...visit, answers: { households, village: { ...village, ...given } } };
  return { ...visit, answers: { village, households: { ...households, [household]: { ...households[household], ...given } } } };
}

/** @type {Fold} */
function foldPhoto(visit, body) {
  const { photo, sha256, sealed_sha256: sealed, kind, household = null, question = null, source } = body;
  const photos = [...visit.photos, { photo, sha256, sealed, kind, household, question, source }];
  return { ...visit, photos, counts: { ...visit.counts, photos: photos.length } };
}

/**
 * What stays readable on the phone once a visit has ended: which place, when, how many. The rest is sealed.
 * @param {Visit} visit
 * @param {'sealed' | 'abandoned'} state
 * @param {string} at
 * @returns {Visit}
 */
function ended(visit, state, at) {
  return { ...visit, state, ended_at: at, households: [], answers: { village: {}, households: {} }, photos: [], fixes: [] };
}

/**
 * The number that the next household gets: its order in the visit.
 * @param {Visit} visit
 */
export function nextHouseholdNumber(visit) {
  return visit.households.reduce((most, one) => Math.max(most, one.number), 0) + 1;
}
