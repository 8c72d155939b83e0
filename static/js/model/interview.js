/**
 * An interview in progress: the draft of one household (户访) or of the village's questions (村级), step by step.
 * Everything tapped or typed is in the draft, so that a killed page loses at most the field being typed. Pure.
 */

import { answerFault, askedQuestions, coreQuestions, factsIn, photoWanted, withFacts } from './checklist.js';
import { foundBy, SIGHT_MOST } from './household_draw.js';
import { proposed } from './remark.js';

/** @import { Answers, Checklist, Facts, Question } from './checklist.js' */
/** @import { Draw, Visit } from './visit.js' */

/**
 * @typedef {object} Interview
 * @property {'household' | 'village'} level
 * @property {string} visit
 * @property {string | null} household
 * @property {number} number order of the household in the visit; 0 for the village
 * @property {string} checklist version it was begun on and stays on
 * @property {Record<string, string>} choices type, selection, frame, company, presence
 * @property {Answers} answers
 * @property {string} respondent
 * @property {Record<string, string>} recorded question code → the answer as last recorded, so that only changes are written
 * @property {Record<string, true>} passed steps that may be passed over and were
 * @property {string | null} at the step shown, null for the first one open
 * @property {Record<string, NoteDraft>} notes what becomes of negative answers, by question
 * @property {boolean} more whether the questions beyond the core are asked too
 * @property {string | null} photoRefused why there is no photo; null while nobody said there is none
 * @property {'left' | 'stayed' | 'ended' | null} beside what became of somebody beside the household (有人在旁)
 * @property {number | null} replaces the household that this one stands in for, by its number
 * @property {{draw: number, row: number} | null} place the row it was drawn in (抽户), once one went there
 * @property {{draw: number, row: number} | null} instead the row of the one it stands in for
 * @property {{draw: number, n: string} | null} drawing a draw under way, its length as typed
 *
 * @typedef {{fact: string, severity?: string, recorded?: true, proposal?: string, dismissed?: string, gone?: true,
 *   noPhoto?: string}} NoteDraft
 *   own words about a negative answer; `proposal` once that was recorded, `dismissed` the reason why it is no finding or
 *   lead as typed, `gone` once the dismissal was recorded; `noPhoto` why no photo stands beside it
 *
 * @typedef {{key: string, kind: 'choice' | 'draw' | 'door' | 'question' | 'photo' | 'note' | 'end',
 *   done: boolean, options?: string[], question?: Question}} Step
 */

export const SELECTIONS = ['random', 'sight', 'neighbour', 'doubt', 'revisit'];
export const FRAMES = ['posted_list', 'walk'];
/** Asked once a cadre has turned up: only what is answered alone counts from then on. */
export const COMPANIES = ['alone', 'watched'];
/** `talk` begins the interview; the others are outcomes at the door. */
export const PRESENCES = ['talk', 'not_home', 'refused', 'moved', 'not_found'];

/**
 * @param {{level: 'household' | 'village', visit: string, household?: string | null, number?: number, checklist: string}} given
 * @returns {Interview}
 */
export function newInterview({ level, visit, household = null, number = 0, checklist }) {
  return {
    level, visit, household, number, checklist, choices: {}, answers: {}, respondent: '', recorded: {}, passed: {}, at: null,
    notes: {}, more: false, photoRefused: null, beside: null, replaces: null, place: null, instead: null, drawing: null,
  };
}

/**
 * A kept draft with everything that this version of the app knows of.
 * @param {Interview} kept
 * @returns {Interview}
 */
export function wholeDraft(kept) {
  return { ...newInterview(kept), ...kept };
}

/**
 * The next house (顺延) in place of one where nobody could be talked to: found in the same way.
 * @param {Interview} fresh
 * @param {Interview} instead
 * @returns {Interview}
 */
export function replacing(fresh, { number, place, choices: { selection, frame } }) {
  return { ...fresh, replaces: number, instead: place, choices: { selection, ...(frame ? { frame } : {}) } };
}

/**
 * Whether a house where nobody could be talked to is followed by the next one in its place.
 * @param {Interview} interview
 */
export function wantsReplacement({ choices }) {
  return PRESENCES.slice(1).includes(choices.presence);
}

/**
 * Every step of the interview as it stands, in order; the last is always `end`.
 * @param {Interview} interview
 * @param {Checklist} checklist
 * @param {Visit} visit
 * @returns {Step[]}
 */
export function steps(interview, checklist, visit) {
  const end = /** @type {Step} */ ({ key: 'end', kind: 'end', done: false });
  if (interview.level === 'village') return [...questionSteps(interview, checklist, visit), end];
  const choices = choiceSteps(interview, checklist, visit);
  if (interview.choices.presence !== 'talk') return [...choices, end];
  if (interview.beside === 'ended') return [...choices, end];
  const door = /** @type {Step} */ ({ key: 'door', kind: 'door', done: 'door' in interview.passed });
  const questions = questionSteps(interview, checklist, visit);
  return [...choices, door, ...questions, ...housePhotoStep(interview, visit, questions), end];
}

/**
 * The step to show: the one the draft stands at if it still exists, else the first that is open.
 * @param {Step[]} all
 * @param {string | null} at
 * @returns {Step}
 */
export function currentStep(all, at) {
  return all.find((step) => step.key === at) ?? all.find((step) => !step.done) ?? all[all.length - 1];
}

/**
 * The key of the first open step after one, else the first open one at all, else the end.
 * @param {Step[]} all
 * @param {string} key
 * @returns {string}
 */
export function stepAfter(all, key) {
  const index = all.findIndex((step) => step.key === key);
  return (all.slice(index + 1).find((step) => !step.done) ?? currentStep(all, null)).key;
}

/**
 * The step before one, or null at the first.
 * @param {Step[]} all
 * @param {string} key
 * @returns {string | null}
 */
export function stepBefore(all, key) {
  const index = all.findIndex((step) => step.key === key);
  return index > 0 ? all[index - 1].key : null;
}

/**
 * The outcome (结果) that is recorded: at the door as tapped; of a talk, complete only if every core question is answered.
 * @param {Interview} interview
 * @param {Checklist} checklist
 * @returns {string}
 */
export function outcomeOf(interview, checklist) {
  if (interview.choices.presence !== 'talk') return interview.choices.presence;
  return openCore(interview, checklist).length === 0 ? 'complete' : 'partial';
}

/**
 * Who else was there: `presentOther` for somebody beside the household at any time, `alone` where none of them stayed.
 * @param {Interview} interview
 * @returns {{presentOther: boolean, alone: boolean}}
 */
export function companyOf({ choices, beside }) {
  const watched = choices.company === 'watched';
  return { presentOther: watched || beside !== null, alone: !watched && (beside === null || beside === 'left') };
}

/**
 * Core questions that are not answered yet.
 * @param {Interview} interview
 * @param {Checklist} checklist
 * @returns {Question[]}
 */
export function openCore(interview, checklist) {
  return coreQuestions(checklist, interview.level, factsOf(interview), interview.answers)
    .filter((question) => answerFault(question, interview.answers[question.code]) !== null);
}

/**
 * How many questions beyond the core could be asked as well; those of the open phase (明察阶段) come by themselves.
 * @param {Interview} interview
 * @param {Checklist} checklist
 */
export function beyondCore(interview, checklist) {
  return askedQuestions(checklist, interview.level, factsOf(interview), interview.answers)
    .filter((one) => !one.core && one.phase === 'covert' && answerFault(one, interview.answers[one.code]) !== null).length;
}

/**
 * Only what counts as answered and was not recorded so before; half-typed answers stay in the draft.
 * @param {Interview} interview
 * @param {Checklist} checklist
 * @returns {Answers}
 */
export function answersToRecord(interview, checklist) {
  if (interview.level === 'household' && interview.choices.presence !== 'talk') return {};
  const all = checklist.questions.filter((one) => one.level === interview.level);
  const asked = withFacts(checklist, all, typeOf(interview), interview.answers)
    .map((question) => ({ question, answer: interview.answers[question.code] }))
    .filter(({ question, answer }) => answerFault(question, answer) === null
      && JSON.stringify(answer) !== interview.recorded[question.code]);
  return Object.fromEntries(asked.map(({ question, answer }) => [question.code, answer]));
}

/**
 * Whether anything was done in it; a household opened by mistake is nobody's work.
 * @param {Interview} interview
 */
export function isTouched({ choices, answers }) {
  return Object.keys(choices).length + Object.keys(answers).length > 0;
}

/**
 * What is known of the household or village for rules like `applies_when`: what was chosen, and the facts that were asked.
 * @param {Interview} interview
 * @returns {Facts}
 */
export function factsOf(interview) {
  return { ...factsIn(interview.answers), ...typeOf(interview) };
}

/**
 * @param {Interview} interview
 * @returns {Facts}
 */
function typeOf({ choices }) {
  return choices.type ? { 'household.type': choices.type } : {};
}

/**
 * @param {Interview} interview
 * @param {Checklist} checklist
 * @param {Visit} visit
 * @returns {Step[]}
 */
function choiceSteps(interview, checklist, visit) {
  const choice = (/** @type {string} */ key, /** @type {string[]} */ options) => (
    /** @type {Step} */ ({ key, kind: 'choice', done: options.includes(interview.choices[key]), options }));
  return [
    choice('selection', selectionsOpen(interview, visit)),
    ...(isDrawn(interview) ? [choice('frame', FRAMES), ...drawStep(interview)] : []),
    choice('type', checklist.household_types.map((one) => one.value)),
    ...(visit.cadre_at ? [choice('company', COMPANIES)] : []),
    choice('presence', PRESENCES),
  ];
}

/**
 * The ways of finding a household that are still open; by sight (目测点访) two a visit are enough.
 * @param {Interview} interview
 * @param {Visit} visit
 */
function selectionsOpen({ choices }, visit) {
  const enough = (foundBy(visit).sight ?? 0) >= SIGHT_MOST;
  return SELECTIONS.filter((one) => one !== 'sight' || !enough || choices.selection === 'sight');
}

/**
 * Whether the household comes out of a frame (抽样框): those that were picked have none.
 * @param {Interview} interview
 */
export function isDrawn({ choices }) {
  return choices.selection === 'random';
}

/**
 * Which row or house it is; the interview goes on once one goes there.
 * @param {Interview} interview
 * @returns {Step[]}
 */
function drawStep({ choices, place }) {
  return FRAMES.includes(choices.frame) ? [{ key: 'draw', kind: 'draw', done: place !== null }] : [];
}

/**
 * The draw of a frame to go on with: the last one made, of the same list where it stands in for another household.
 * @param {Interview} interview
 * @param {Visit} visit
 * @returns {Draw | null}
 */
export function drawOf({ choices, instead }, visit) {
  const same = visit.draws.filter((one) => one.frame === choices.frame);
  return same.find((one) => one.draw === instead?.draw) ?? same[same.length - 1] ?? null;
}

/**
 * The photo of the list that a new draw belongs to: the last one of a notice board that no other draw has.
 * @param {Visit} visit
 * @param {number} draw
 * @returns {string | null}
 */
export function listPhoto({ photos, draws }, draw) {
  const taken = draws.filter((one) => one.draw !== draw).map((one) => one.photo);
  const own = photos.filter((one) => one.kind === 'notice' && one.household === null && !taken.includes(one.photo));
  return own[own.length - 1]?.photo ?? null;
}

/**
 * @param {Interview} interview
 * @param {Checklist} checklist
 * @param {Visit} visit
 * @returns {Step[]}
 */
function questionSteps(interview, checklist, visit) {
  const facts = factsOf(interview);
  const own = checklist.questions.filter((one) => one.level === interview.level);
  const inOrder = [
    ...own.filter((one) => one.core),
    ...own.filter((one) => interview.more && !one.core && one.phase === 'covert'),
    // Ledgers are asked for once the team has said who it is.
    ...own.filter((one) => visit.disclosed_at !== null && !one.core && one.phase === 'open'),
  ];
  return withFacts(checklist, inOrder, typeOf(interview), interview.answers).flatMap((question) => {
    const answer = interview.answers[question.code];
    const step = /** @type {Step} */ ({ key: question.code, kind: 'question', done: answerFault(question, answer) === null, question });
    return [
      step,
      ...(photoWanted(question, answer, facts, checklist.params) ? [photoStep(interview, visit, question)] : []),
      ...noteStep(interview, checklist, visit, question),
    ];
  });
}

/**
 * @param {Interview} interview
 * @param {Visit} visit
 * @param {Question} question
 * @returns {Step}
 */
function photoStep(interview, visit, question) {
  const key = `photo:${question.code}`;
  const taken = visit.photos.some((one) => one.question === question.code && one.household === interview.household);
  return { key, kind: 'photo', done: taken || key in interview.passed, question };
}

/**
 * A negative answer proposes a finding or lead; the inspector confirms it, dismisses it with a reason, or leaves it open.
 * @param {Interview} interview
 * @param {Checklist} checklist
 * @param {Visit} visit
 * @param {Question} question
 * @returns {Step[]}
 */
function noteStep(interview, checklist, visit, question) {
  const answer = interview.answers[question.code];
  if (answerFault(question, answer) !== null || !proposed(checklist, question, answer, factsOf(interview))) return [];
  const key = `note:${question.code}`;
  const note = interview.notes[question.code];
  const done = !!note?.fact.trim() || !!note?.dismissed?.trim() || key in interview.passed || isSettled(visit, note);
  return [{ key, kind: 'note', done, question }];
}

/**
 * A household counts with a photo (R6), so one is asked for even where no answer wants it.
 * @param {Interview} interview
 * @param {Visit} visit
 * @param {Step[]} questions
 * @returns {Step[]}
 */
function housePhotoStep(interview, visit, questions) {
  if (questions.some((step) => step.kind === 'photo')) return [];
  const taken = visit.photos.some((one) => one.household === interview.household);
  return [{ key: 'photo', kind: 'photo', done: taken || 'photo' in interview.passed }];
}

/**
 * Whether a recorded proposal was confirmed or dismissed, here or on its own screen.
 * @param {Visit} visit
 * @param {NoteDraft | undefined} note
 */
export function isSettled({ proposals }, note) {
  return note?.proposal !== undefined && proposals.some((one) => one.proposal === note.proposal && one.state !== 'open');
}
