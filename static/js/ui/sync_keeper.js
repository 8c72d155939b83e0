/** When sync runs: on every chance, after every save, and by a timer while somebody looks and something waits. */

import { isVisible, onChanceToSync } from '../device/network.js';
import { waitAfter } from '../model/pace.js';

/** @import { Outcome } from '../sync/round.js' */

const EVERY_MS = 30000;
/** What comes after a save is drawn before a slow phone begins to send. */
const SOON_MS = 400;
/** Not even the round's own outcome could be written down. */
const FAILED = { code: 'trouble', at: 0 };

export class SyncKeeper {
  /**
   * @param {() => Promise<Outcome | null>} runRound
   * @param {() => boolean} somethingWaits
   */
  constructor(runRound, somethingWaits) {
    this.runRound = runRound;
    this.somethingWaits = somethingWaits;
    this.failures = 0;
    this.running = false;
    this.again = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Begins to look for chances. */
  begin() {
    onChanceToSync(() => this.now());
    this.plan();
  }

  /** Runs a round now; asked for while one runs, another follows it. */
  async now() {
    if (this.running) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.running = true;
    this.again = false;
    const outcome = await this.runRound().catch(() => FAILED);
    this.running = false;
    this.failures = outcome === null || outcome.code === 'done' ? 0 : this.failures + 1;
    // After a failure the wait decides: a save must not hammer a dead link.
    if (this.again && this.failures === 0) await this.now();
    else this.plan();
  }

  /** Runs a round after what is under way has been drawn. */
  soon() {
    if (this.running) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), SOON_MS);
  }

  plan() {
    clearTimeout(this.timer);
    const wait = this.failures ? waitAfter(this.failures, Math.random()) : EVERY_MS;
    this.timer = setTimeout(() => (isVisible() && this.somethingWaits() ? this.now() : this.plan()), wait);
  }
}
