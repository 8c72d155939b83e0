/** The flow of an interview, shared by the household's and the village's screen: the draft, its steps, what a tap changes. */

import { drawn } from '../model/household_draw.js';
import { answersToRecord, currentStep, listPhoto, newInterview, stepAfter, stepBefore, steps, wholeDraft } from '../model/interview.js';
import { settle, settledFacts, withRecorded } from '../model/proposal.js';
import { answersRecorded, householdDrawn } from '../model/visit_events.js';
import { currentDevice } from '../store/devices.js';
import { interviewKey, readDraft, writeDraft } from '../store/drafts.js';

/** @import { Answer } from '../model/checklist.js' */
/** @import { Interview, Step } from '../model/interview.js' */
/** @import { App } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/**
 * @typedef {VisitContext & {interview: Interview, begun?: {draw: number, row: number}[], listing?: boolean}} InterviewModel
 *   `begun`: rows of other drafts; `listing`: the list of steps is open
 */

/** The question whether this year's list is posted (公示). */
const POSTED = 'V10';

export class InterviewFlow {
  /**
   * @param {App} app
   * @param {InterviewModel} model
   */
  constructor(app, model) {
    this.app = app;
    this.model = model;
  }

  /** @returns {Step[]} */
  all() {
    return steps(this.model.interview, this.model.checklist, this.model.visit);
  }

  /** @returns {Step} */
  current() {
    return currentStep(this.all(), this.model.interview.at);
  }

  /** The number of the step shown and of all, the end left out. */
  progress() {
    const all = this.all();
    return { n: all.findIndex((step) => step.key === this.current().key) + 1, total: all.length - 1 };
  }

  /**
   * Keeps the draft and shows it. Every tap and every keystroke comes through here.
   * @param {Partial<Interview>} change
   */
  async change(change) {
    this.merge(change);
    const { visit, household } = this.model.interview;
    this.app.redraw();
    await writeDraft(interviewKey(visit, household), this.model.interview);
  }

  /**
   * What a tap changes that leads on: drawn and written once, with the step that it leads to.
   * @param {Partial<Interview>} change
   */
  merge(change) {
    this.model.interview = { ...this.model.interview, ...change };
  }

  /**
   * An answer, or `undefined` to take it back; the step stays until `next`.
   * @param {string} code
   * @param {Answer | undefined} answer
   */
  answer(code, answer) {
    return this.change(this.withAnswer(code, answer));
  }

  /**
   * An answer, and on to the next step.
   * @param {string} code
   * @param {Answer | undefined} answer
   */
  answerAndNext(code, answer) {
    this.merge(this.withAnswer(code, answer));
    return this.next(code);
  }

  /**
   * @param {string} code
   * @param {Answer | undefined} answer
   * @returns {Partial<Interview>}
   */
  withAnswer(code, answer) {
    const { [code]: old, ...answers } = this.model.interview.answers;
    const at = this.current().key;
    // What each side says stays beside the answer when that is changed.
    const whole = old?.sides ? { sides: old.sides, ...(answer ?? { state: /** @type {const} */ ('answered') }) } : answer;
    return { answers: whole ? { ...answers, [code]: whole } : answers, at };
  }

  /**
   * What one side says (三方对照), or a figure beside a question; it may be taken down before the answer.
   * @param {string} code
   * @param {string} side
   * @param {string} typed
   */
  side(code, side, typed) {
    const { answers } = this.model.interview;
    const answer = answers[code] ?? { state: /** @type {const} */ ('answered') };
    return this.change({ answers: { ...answers, [code]: { ...answer, sides: { ...answer.sides, [side]: typed } } }, at: this.current().key });
  }

  /** Goes on to the questions beyond the core. */
  async askMore() {
    await this.change({ more: true });
    const first = this.all().find((step) => step.kind === 'question' && !step.question?.core && !step.done);
    await this.show(first?.key ?? 'end');
  }

  /**
   * Something urgent does not wait for the end of the interview: its answer and its words are a save point of their own.
   * @param {string} code
   */
  async recordNow(code) {
    const { app, model } = this;
    const { visit, household, level } = model.interview;
    const settled = settle(model.interview, model.checklist, app.ports.crypto.uuid, [code]);
    const answers = Object.fromEntries(Object.entries(answersToRecord(model.interview, model.checklist)).filter(([one]) => one === code));
    const at = stepAfter(this.all(), this.current().key);
    const recorded = { ...withRecorded(model.interview, answers, settled), at };
    model.visit = await app.save(visit, (open) => ({
      facts: [answersRecorded(level, household, answers), ...settledFacts(settled, open)], drafts: { [interviewKey(visit, household)]: recorded },
    }));
    await this.change(recorded);
    await app.go('urgent', { visit, household, from: level });
  }

  /**
   * A choice before the questions (type, selection, frame, presence); the next step comes by itself.
   * @param {string} key
   * @param {string} value
   */
  async choose(key, value) {
    this.merge({ choices: { ...this.model.interview.choices, [key]: value } });
    await this.next(key);
  }

  /**
   * Found as the household before it: at random, from the same list or along the same way.
   * @param {string} frame
   */
  async chooseAsBefore(frame) {
    this.merge({ choices: { ...this.model.interview.choices, selection: 'random', frame } });
    await this.next('frame');
  }

  /**
   * Draws rows and records them with all that it takes to draw them again: a save point of its own.
   * @param {{draw: number, n: string}} drawing
   */
  async draw({ draw, n }) {
    const { app, model } = this;
    const { visit, household, choices: { frame } } = model.interview;
    const device = /** @type {import('../store/devices.js').Device} */ (await currentDevice());
    const made = await drawn({ visit, device: device.device, draw, frame, n: Number(n) }, app.ports.crypto.sha256);
    const interview = { ...model.interview, drawing: null, at: 'draw' };
    model.visit = await app.save(visit, (open) => ({
      facts: [householdDrawn({ ...made, photo: open && frame === 'posted_list' ? listPhoto(open, draw) : null })],
      drafts: { [interviewKey(visit, household)]: interview },
    }));
    await this.change(interview);
  }

  /** @param {{draw: number, row: number}} place the row one goes to; it is nobody else's from now on */
  async goTo(place) {
    this.merge({ place });
    await this.next('draw');
  }

  /** Nothing is posted: the walking order serves, and the village's own question says so, for the inspector to confirm. */
  async nothingPosted() {
    const { visit, checklist, passed } = this.model.interview;
    const key = interviewKey(visit, null);
    const village = wholeDraft((await readDraft(key)) ?? newInterview({ level: 'village', visit, checklist }));
    const answers = { [POSTED]: { state: /** @type {const} */ ('answered'), value: 'no' }, ...village.answers };
    await writeDraft(key, { ...village, answers });
    await this.change({ drawing: null, passed: { ...passed, list: true }, choices: { ...this.model.interview.choices, frame: 'walk' } });
    await this.next('frame');
  }

  /**
   * Leaves a step open on purpose.
   * @param {string} key
   */
  async pass(key) {
    this.merge({ passed: { ...this.model.interview.passed, [key]: true } });
    await this.next(key);
  }

  /** @param {string} key the step that is done */
  async next(key) {
    await this.show(stepAfter(this.all(), key));
  }

  /** @returns {Promise<void>} */
  async previous() {
    const before = stepBefore(this.all(), this.current().key);
    if (before) await this.show(before);
    else await this.app.back();
  }

  /** @param {string} key */
  async show(key) {
    // What was said at the step before was read there.
    this.app.shown.said = null;
    this.model.listing = false;
    const written = this.change({ at: key });
    window.scrollTo(0, 0);
    /** @type {HTMLElement | null} */ (document.querySelector('[data-first]'))?.focus({ preventScroll: true });
    await written;
  }
}
