/**
 * The stage: one screen at a time, drawn anew from what the phone holds. Where it stands is written down before a screen
 * is shown, so that a killed page comes back to it (pitfall 5).
 */

import { render } from 'lit-html';

import { tremble } from '../device/appearance.js';
import { Fault } from '../model/fault.js';
import { HERE, writeDraft } from '../store/drafts.js';
import { lockedModel } from './locked_screen.js';
import { frame } from './parts/frame.js';

/** @import { App, Destination, Params, Screen } from './app.js' */

export class Stage {
  /**
   * @param {HTMLElement} root
   * @param {Record<string, Screen>} screens
   */
  constructor(root, screens) {
    this.root = root;
    this.screens = screens;
    /** @type {Destination} */
    this.here = { screen: '', params: {} };
    /** @type {any} */
    this.model = null;
    /** @type {App | null} */
    this.app = null;
    /** Whether something new was recorded while the screen was opening. */
    this.stale = false;
    /** Whether the app is covered: where it goes meanwhile is written down and not shown. */
    this.isCovered = false;
    /** @type {Promise<void>} the action under way */
    this.acting = Promise.resolve();
  }

  /**
   * Opens a screen; a step of the browser's own "back" returns to the one before.
   * @param {App} app
   * @param {string} screen
   * @param {Params} [params]
   * @param {{history?: 'push' | 'replace' | 'none'}} [how]
   */
  async open(app, screen, params = {}, { history = 'push' } = {}) {
    const destination = { screen, params };
    // On a full phone people must still get to where they can free space; only a killed page would not come back here.
    const written = writeDraft(HERE, destination).catch((fault) => {
      if (fault?.code !== 'storage_full') throw fault;
    });
    if (this.isCovered) return written;
    if (history === 'push') window.history.pushState(destination, '');
    if (history === 'replace') window.history.replaceState(destination, '');
    await this.openUnkept(app, screen, params, written);
  }

  /**
   * What a screen that is opening has found for itself, and must find again after a restart, stands with where it is.
   * @param {Params} params  that it was opened with
   * @param {Params} found
   */
  async settle(params, found) {
    const { here } = this;
    // Gone elsewhere meanwhile, or covered.
    if (here.params !== params) return;
    Object.assign(params, found);
    window.history.replaceState(here, '');
    await writeDraft(HERE, here);
  }

  /**
   * Covers whatever is shown, in this very moment.
   * @param {App} app
   * @param {'cover' | 'ask'} [step]
   */
  cover(app, step = 'cover') {
    this.screens[this.here.screen]?.leave?.(app);
    Object.assign(this, { app, isCovered: true, here: { screen: 'locked', params: {} }, model: lockedModel(step) });
    Object.assign(app.shown, { said: null, fault: null });
    this.draw();
    // Phones open their keyboard only after a tap; with a keyboard one types at once.
    /** @type {HTMLElement | null} */ (this.root.querySelector(step === 'ask' ? '#secret' : '[data-first]'))?.focus({ preventScroll: true });
  }

  /**
   * Resolves when no action is under way any more, or after so long.
   * @param {number} patience ms
   */
  idle(patience) {
    return Promise.race([this.acting, new Promise((resolve) => { setTimeout(resolve, patience); })]);
  }

  /**
   * Opens a screen without writing down that it is open.
   * @param {App} app
   * @param {string} screen
   * @param {Params} params
   * @param {Promise<void>} [written]  what must stand before anything of it is shown
   */
  async openUnkept(app, screen, params, written) {
    this.app = app;
    const destination = { screen, params };
    const before = { here: this.here, model: this.model };
    this.screens[this.here.screen]?.leave?.(app);
    this.here = destination;
    // Until the new screen's model is there, nothing may draw it from the old one's.
    this.model = null;
    this.stale = false;
    try {
      if (!(await this.load(written))) return;
    } catch (fault) {
      // What went wrong is told on the screen that people still see.
      if (this.here === destination) Object.assign(this, before);
      throw fault;
    }
    if (this.stale) await this.reload();
    this.begin(this.heading());
    this.screens[screen].shown?.(app, this.model);
  }

  /**
   * Reads the open screen again because the phone holds more than it did. A screen that is still opening is not opened
   * a second time beside itself: two of them would each begin a household.
   */
  async reload() {
    this.stale = this.model === null;
    if (!this.stale) await this.load();
  }

  /**
   * Reads the open screen's model again and draws; false where it has gone elsewhere, or was locked, meanwhile.
   * @param {Promise<void>} [written]  waited for beside the reading: on a slow phone each takes as long as the other
   */
  async load(written) {
    const { here } = this;
    const read = this.screens[here.screen].load(/** @type {App} */ (this.app), here.params ?? {}).catch((fault) => {
      // A lock does not wait for what is only read; nobody sees this screen any more.
      if (here === this.here || fault?.code !== 'locked') throw fault;
      return null;
    });
    const [model] = await Promise.all([read, written]);
    if (here !== this.here || model === null) return false;
    this.model = this.model === null ? model : this.renewed(this.model, model);
    this.draw();
    return true;
  }

  /**
   * The model shown, brought up to date. It stays the same object, because a tap under way holds it, and what is being
   * typed stays as it is, because it may be newer than the draft that was just read.
   * @param {Record<string, any>} shown
   * @param {Record<string, any>} read
   */
  renewed(shown, read) {
    const typed = this.screens[this.here.screen].typed ?? [];
    return Object.assign(shown, read, Object.fromEntries(typed.map((name) => [name, shown[name]])));
  }

  /** Draws the open screen from the model at hand. */
  draw() {
    const { app } = this;
    if (!app || this.model === null) return;
    const screen = this.screens[this.here.screen];
    const parent = screen.parent(this.here.params ?? {});
    const before = this.heading();
    const words = before?.textContent;
    render(frame(app, screen.view(app, this.model), parent !== null), this.root);
    // The next step of the same screen begins at its own heading, as a new screen does; what was pressed may be gone.
    const heading = this.heading();
    const lost = document.activeElement === document.body && heading?.textContent !== words;
    if (before && (heading !== before || lost)) this.begin(heading);
  }

  /** @returns {HTMLElement | null} the first words of what is shown */
  heading() {
    return this.root.querySelector('[data-first]');
  }

  /**
   * Shows a screen from its top; its first words are what a screen reader should say next.
   * @param {HTMLElement | null} heading
   */
  begin(heading) {
    window.scrollTo(0, 0);
    heading?.focus({ preventScroll: true });
  }

  /** Where "back" on the screen itself leads. */
  parent() {
    return this.screens[this.here.screen].parent(this.here.params ?? {}) ?? { screen: 'today', params: {} };
  }

  /**
   * Runs one action; a second tap meanwhile does nothing. What goes wrong is told in words and nothing is thrown.
   * @param {() => Promise<void>} work
   */
  async act(work) {
    const app = /** @type {App} */ (this.app);
    if (app.shown.busy) return;
    Object.assign(app.shown, { busy: true, fault: null, said: null });
    this.draw();
    const under = work();
    this.acting = under.catch(() => {});
    try {
      await under;
    } catch (fault) {
      app.shown.fault = told(fault);
      tremble('fault');
      console.error(fault);
    }
    app.shown.busy = false;
    this.draw();
  }
}

/** @param {unknown} fault */
function told(fault) {
  if (fault instanceof Fault) return { code: fault.code, values: fault.values };
  return { code: 'unknown', values: { name: String(/** @type {Error} */ (fault)?.name ?? fault) } };
}
