/**
 * A visit (走访) on the phone that records it: the fold of its own lines, kept beside the sealed segments only while
 * the visit is open. Pure. Source: docs/inspection-rules.md §4.5, §5.3.
 */

/** @import { Answer, Answers } from './checklist.js' */
/** @import { Proposal } from './remark.js' */

/**
 * The three declarations (不打招呼、不让陪同、直接进村入户), made at the start and again at the seal.
 * @typedef {{not_notified: boolean, not_escorted: boolean, direct_entry: boolean}} Declarations
 *
 * @typedef {{household: string, number: number, type: string, selection: string, outcome: string, at: string,
 *   covert: boolean, watched: boolean, photo_refused: boolean, draw?: number, row?: number}} Household  `covert`: recorded before the team disclosed
 *   itself; `watched`: after a cadre had turned up, and not alone; `photo_refused`: the reason for no photo was given;
 *   `row` of which `draw`, while the visit is open
 * @typedef {{draw: number, frame: string, n: number, seed: string, rows: number[], step: number | null, photo: string | null}} Draw
 *   a frame (抽样框) that was drawn from: see household_draw.js
 * @typedef {{reason: string, at: string}} Doubt  what the team itself said against the visit (存疑)
 * @typedef {{photo: string, sha256: string, sealed: string, kind: string, household: string | null,
 *   question: string | null, source: string}} VisitPhoto
 * @typedef {{fix: string, purpose: string, lon?: number, lat?: number, acc: number, t: string}} VisitFix  once the visit
 *   has ended without lon and lat: that and when it was measured, not where
 * @typedef {{note: string, kind: string, level: string, household: string | null, question: string | null,
 *   urgent?: boolean}} Note
 *   a finding, lead or commendation (问题、线索、亮点); its words are sealed away
 * @typedef {Proposal & {state: 'open' | 'confirmed' | 'dismissed'}} VisitProposal  what an answer proposed, and what became of it
 * @typedef {{unit_name: string, unit_latin?: string | null, county_name?: string, village_name?: string | null,
 *   village_latin?: string | null}} Place  names for the reader alone; visits of earlier versions have none in pinyin
 *
 * @typedef {object} Visit
 * @property {string} visit
 * @property {'open' | 'sealed' | 'left' | 'abandoned'} state  `left`: this phone's part is done, another one seals
 * @property {string} opened_at
 * @property {string | null} ended_at
 * @property {string | null} disclosed_at
 * @property {string | null} cadre_at  when a cadre turned up (干部到场)
 * @property {string[]} companions  accounts of the companions confirmed on this phone
 * @property {boolean} joined  a team-mate's phone began the visit, this one joined it
 * @property {number} numbers_from  where the numbers of this phone's households begin
 * @property {string | null} returned  hash of the desk's line that returned it, once it is being mended
 * @property {string | null} assignment
 * @property {string} unit
 * @property {string | null} village
 * @property {string} checklist
 * @property {Declarations | null} declarations  null where another phone began the visit
 * @property {Place} place
 * @property {Household[]} households
 * @property {{village: Answers, households: Record<string, Answers>}} answers
 * @property {VisitPhoto[]} photos
 * @property {VisitFix[]} fixes
 * @property {Note[]} notes
 * @property {VisitProposal[]} proposals  once the visit has ended only the open ones
 * @property {{household: string | null, question: string | null, note: string | null}[]} photoless  where one said why there is no photo
 * @property {Draw[]} draws
 * @property {Doubt[]} doubts
 * @property {{households: number, photos: number}} counts
 */

/** @typedef {(visit: Visit, body: any, at: string) => Visit} Fold */

/**
 * Members that visits of earlier versions do not have.
 * @type {Pick<Visit, 'cadre_at' | 'companions' | 'returned' | 'notes' | 'proposals' | 'photoless' | 'draws' | 'doubts' | 'joined' | 'numbers_from'>}
 */
const NEWER = {
  cadre_at: null, companions: [], returned: null, notes: [], proposals: [], photoless: [], draws: [], doubts: [], joined: false, numbers_from: 1,
};

/** @type {Record<string, Fold>} */
const FOLDS = {
  'fix.taken': (visit, { fix, purpose, lon, lat, wgs84, acc, t }) => (
    { ...visit, fixes: [...visit.fixes, { fix, purpose, lon, lat, ...wgs84, acc, t }] }),
  'household.drawn': foldDraw,
  'household.recorded': foldHousehold,
  'answers.recorded': foldAnswers,
  'photo.taken': foldPhoto,
  'photo.absent': (visit, { household = null, question = null, note = null }) => (
    { ...visit, photoless: [...visit.photoless, { household, question, note }] }),
  'identity.disclosed': (visit, _body, at) => ({ ...visit, disclosed_at: visit.disclosed_at ?? at }),
  'cadre.arrived': (visit, _body, at) => ({ ...visit, cadre_at: visit.cadre_at ?? at }),
  'companion.confirmed': (visit, { inspector }) => ({ ...visit, companions: [...new Set([...visit.companions, inspector])] }),
  'visit.doubted': (visit, { reason }, at) => ({ ...visit, doubts: [...visit.doubts, { reason, at }] }),
  'finding.noted': foldNote('finding'),
  'lead.noted': foldNote('lead'),
  'commendation.noted': foldNote('commendation'),
  'proposal.made': foldProposal,
  'proposal.dismissed': (visit, { proposal }) => ({ ...visit, proposals: settled(visit, proposal, 'dismissed') }),
  'visit.sealed': (visit, _body, at) => sealed(visit, at),
  'visit.left': (visit, _body, at) => ({ ...sealed(visit, at), state: 'left' }),
  'visit.abandoned': (visit, _body, at) => ({
    ...sealed(visit, at), state: 'abandoned', households: [], answers: { village: {}, households: {} }, photos: [], fixes: [], notes: [],
    proposals: [], photoless: [],
  }),
  'visit.reopened': (visit, { returned }) => ({ ...visit, state: 'open', ended_at: null, returned }),
};

/**
 * The visit after one of its lines; kinds this app does not know change nothing.
 * @param {Visit | null} visit null before `visit.opened` or `visit.joined`
 * @param {{kind: string, visit: string | null, at: string, body: any}} message
 * @param {Place} place
 * @returns {Visit | null}
 */
export function foldLine(visit, message, place) {
  if (message.kind === 'visit.opened') return opened(message, place);
  if (message.kind === 'visit.joined') return { ...opened(message, place), joined: true, numbers_from: message.body.numbers_from };
  const fold = FOLDS[message.kind];
  return visit && fold ? fold(visit, message.body, message.at) : visit;
}

/**
 * A visit as an earlier version of this app kept it, with what this version knows besides.
 * @param {Visit} kept
 * @returns {Visit}
 */
export function wholeVisit(kept) {
  return { ...NEWER, ...kept };
}

/**
 * @param {{visit: string | null, at: string, body: any}} message
 * @param {Place} place
 * @returns {Visit}
 */
function opened({ visit, at, body }, place) {
  return {
    ...NEWER,
    visit: /** @type {string} */ (visit), state: 'open', opened_at: at, ended_at: null, disclosed_at: null,
    assignment: body.assignment, unit: body.unit, village: body.village, checklist: body.checklist,
    declarations: body.declarations ?? null, place, households: [], answers: { village: {}, households: {} }, photos: [],
    fixes: [], counts: { households: 0, photos: 0 },
  };
}

/** @type {Fold} */
function foldHousehold(visit, body, at) {
  const { household, number, type, selection, outcome, alone = true, draw, row } = body;
  const known = visit.households.filter((one) => one.household !== household);
  const covert = visit.disclosed_at === null;
  const watched = visit.cadre_at !== null && !alone;
  const photo_refused = 'photo_refused_private' in body;
  const households = [...known, { household, number, type, selection, outcome, at, covert, watched, photo_refused, draw, row }];
  return { ...visit, households, counts: { ...visit.counts, households: households.length } };
}

/**
 * A draw made anew, because its length had been mistyped, takes the place of the earlier.
 * @type {Fold}
 */
function foldDraw(visit, { draw, frame, n, seed, rows, step = null, photo = null }) {
  return { ...visit, draws: [...visit.draws.filter((one) => one.draw !== draw), { draw, frame, n, seed, rows, step, photo }] };
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
 * @param {string} kind
 * @returns {Fold}
 */
function foldNote(kind) {
  return (visit, { note, level, household = null, question = null, severity, proposal }) => ({
    ...visit, proposals: settled(visit, proposal, 'confirmed'),
    notes: [...visit.notes, { note, kind, level, household, question, urgent: severity === 'urgent' }],
  });
}

/** @type {Fold} */
function foldProposal(visit, { proposal, level, household = null, question, makes, severity, topics, a9 = null }) {
  const known = visit.proposals.filter((one) => one.proposal !== proposal);
  return { ...visit, proposals: [...known, { proposal, level, household, question, makes, severity, topics, a9, state: 'open' }] };
}

/**
 * @param {Visit} visit
 * @param {string | undefined} proposal
 * @param {'confirmed' | 'dismissed'} state
 */
function settled({ proposals }, proposal, state) {
  return proposals.map((one) => (one.proposal === proposal ? { ...one, state } : one));
}

/**
 * Proposals that nobody has confirmed or dismissed, the urgent first.
 * @param {Visit} visit
 */
export function openProposals({ proposals }) {
  const open = proposals.filter((one) => one.state === 'open');
  return [...open.filter((one) => one.severity === 'urgent'), ...open.filter((one) => one.severity !== 'urgent')];
}

/**
 * What stays readable on the phone once a visit has ended: which place, when, how many, and which parts are there, so
 * that a returned visit (退回) can be mended. What was answered, where it was and what a picture is of are sealed.
 * @param {Visit} visit
 * @param {string} at
 * @returns {Visit}
 */
function sealed(visit, at) {
  const village = Object.fromEntries(Object.entries(visit.answers.village).map(
    // What hung on an asked fact (a code with a point) must still be askable after a return.
    ([code, given]) => [code, code.includes('.') ? given : { state: given.state }]));
  const fixes = visit.fixes.map(({ fix, purpose, acc, t }) => ({ fix, purpose, acc, t }));
  const households = visit.households.map(({ draw, row, ...one }) => one);
  return {
    ...visit, state: 'sealed', ended_at: at, answers: { village, households: {} }, fixes, households, draws: [], proposals: openProposals(visit),
  };
}

/**
 * The number that the next household gets: its order among those of this phone.
 * @param {Visit} visit
 */
export function nextHouseholdNumber(visit) {
  return visit.households.reduce((most, one) => Math.max(most, one.number), visit.numbers_from - 1) + 1;
}
