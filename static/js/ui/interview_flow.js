/** The flow of an interview, shared by the household's and the village's screen: the draft, its steps, what a tap changes. */

import { currentStep, stepAfter, stepBefore, steps } from '../model/interview.js';
import { interviewKey, writeDraft } from '../store/drafts.js';

/** @import { Answer } from '../model/checklist.js' */
/** @import { Interview, Step } from '../model/interview.js' */
/** @import { App } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/** @typedef {VisitContext & {interview: Interview}} InterviewModel */

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
    this.model.interview = { ...this.model.interview, ...change };
    const { visit, household } = this.model.interview;
    this.app.redraw();
    await writeDraft(interviewKey(visit, household), this.model.interview);
  }

  /**
   * An answer, or `undefined` to take it back; the step stays until `next`.
   * @param {string} code
   * @param {Answer | undefined} answer
   */
  answer(code, answer) {
    const { [code]: _old, ...answers } = this.model.interview.answers;
    const at = this.current().key;
    return this.change({ answers: answer ? { ...answers, [code]: answer } : answers, at });
  }

  /**
   * A choice before the questions (type, selection, frame, presence); the next step comes by itself.
   * @param {string} key
   * @param {string} value
   */
  async choose(key, value) {
    await this.change({ choices: { ...this.model.interview.choices, [key]: value } });
    await this.next(key);
  }

  /**
   * Leaves a step open on purpose.
   * @param {string} key
   */
  async pass(key) {
    await this.change({ passed: { ...this.model.interview.passed, [key]: true } });
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
    await this.change({ at: key });
    window.scrollTo(0, 0);
    /** @type {HTMLElement | null} */ (document.querySelector('[data-first]'))?.focus({ preventScroll: true });
  }
}
