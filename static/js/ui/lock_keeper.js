/**
 * When the app hides and locks: at once when somebody wants it to, and after five minutes out of sight. An interview under
 * way is never blocked at the door: away from it for longer, one comes back to it without a PIN.
 */

import { onWishToHide } from '../device/hiding.js';
import { isVisible, onVisibility } from '../device/network.js';
import { HIDDEN_MS } from '../model/phone_lock.js';
import { draftsWritten } from '../store/drafts.js';
import { shutVault } from '../store/vault.js';

/** @import { Ports } from '../model/ports.js' */
/** @import { App } from './app.js' */
/** @import { Stage } from './stage.js' */

const CHAIN = 'fieldcheck-chain';
/** Screens at a door, or in the middle of a question. */
const INTERVIEW = ['household', 'village', 'beside', 'camera'];
/** Nothing stands on these that needs hiding. */
const BARE = ['', 'unfit', 'enrol', 'locked'];
/** What is being saved is waited for; a long sync is not. */
const PATIENCE_MS = 10_000;

export class LockKeeper {
  /**
   * @param {App} app
   * @param {Stage} stage
   */
  constructor(app, stage) {
    this.app = app;
    this.stage = stage;
    /** The keys are on their way out of the memory. */
    this.shutting = Promise.resolve();
    this.hiddenAt = Infinity;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  begin() {
    onWishToHide(() => this.hide());
    onVisibility((visible) => (visible ? this.seen() : this.unseen()));
    if (!isVisible()) this.unseen();
  }

  /** Covers the app at once and locks it. What was typed is in its draft; what is being saved is saved first. */
  hide() {
    if (BARE.includes(this.stage.here.screen)) return;
    this.stage.cover(this.app);
    this.shutting = this.shut(this.app.ports);
  }

  unseen() {
    this.hiddenAt = this.app.ports.clock.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hideIfDue(), HIDDEN_MS);
  }

  /** Browsers stop the clocks of a page that nobody sees. */
  seen() {
    clearTimeout(this.timer);
    this.hideIfDue();
    this.hiddenAt = Infinity;
  }

  hideIfDue() {
    const away = this.app.ports.clock.now() - this.hiddenAt;
    if (away >= HIDDEN_MS && !INTERVIEW.includes(this.stage.here.screen)) this.hide();
  }

  /** @param {Ports} ports */
  async shut({ exclusive }) {
    await this.app.position.follow(null);
    await this.stage.idle(PATIENCE_MS);
    await draftsWritten();
    await exclusive(CHAIN, async () => shutVault());
  }
}
