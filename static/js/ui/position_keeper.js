/**
 * Keeps a watch on the position while a visit is open or a screen shows it, and the page is seen, never otherwise. It
 * blocks nothing: a fix that is worth it is recorded by itself, and everything else takes the best there is. A cold start
 * takes minutes, so the watch goes on until it is no longer needed.
 */

import { isVisible, onVisibility } from '../device/network.js';
import { watchPosition } from '../device/position.js';
import { bestSample, currentSample, fixTaken, inFrame, newWatch, purposeNow, withSample } from '../model/fix.js';
import { positionDatum } from '../store/datum.js';
import { readDraft, writeDraft } from '../store/drafts.js';

/** @import { Fault } from '../model/fault.js' */
/** @import { Datum } from '../model/datum.js' */
/** @import { Sample, Watch } from '../model/fix.js' */
/** @import { Ports } from '../model/ports.js' */
/** @import { Visit } from '../model/visit.js' */
/** @import { App } from './app.js' */

export class PositionKeeper {
  /**
   * @param {Ports} ports
   * @param {App['save']} save
   * @param {(recorded: boolean) => void} onChange  something to show has changed; `recorded` when a fix was saved
   */
  constructor(ports, save, onChange) {
    this.ports = ports;
    this.save = save;
    this.onChange = onChange;
    /** @type {string | null} */
    this.visit = null;
    /** Whether a screen shows the position though no visit is open. */
    this.looking = false;
    /** @type {Datum} */
    this.datum = 'wgs84';
    /** @type {Watch} */
    this.watch = newWatch(0);
    /** @type {'denied' | 'no_signal' | null} */
    this.trouble = null;
    /** @type {(() => void) | null} */
    this.stop = null;
    this.recording = false;
    onVisibility((visible) => (visible ? this.start() : this.pause()));
  }

  /**
   * Follows the position for one visit, or for none.
   * @param {Visit | null} visit
   */
  async follow(visit) {
    if (visit?.visit === this.visit && !this.looking) return;
    this.pause();
    this.visit = visit?.visit ?? null;
    this.looking = false;
    this.trouble = null;
    this.watch = newWatch(visit ? Date.parse(visit.opened_at) : 0);
    if (!visit) return;
    const [datum, watch] = await Promise.all([positionDatum(), readDraft(watchKey(visit.visit))]).catch((fault) => {
      // Nobody follows what could not be read: whoever asks once the phone is open again begins anew.
      if (this.visit === visit.visit) this.visit = null;
      throw fault;
    });
    if (this.visit !== visit.visit) return;
    this.datum = datum;
    this.watch = watch ?? this.watch;
    this.start();
  }

  /** Looks where the phone is for a screen of no visit, until something else is followed. Nothing of it is kept. */
  async look() {
    if (this.looking) return;
    await this.follow(null);
    this.looking = true;
    this.watch = newWatch(this.ports.clock.now());
    this.datum = await positionDatum();
    this.start();
  }

  /** The screen that looked is left. */
  async lookAway() {
    if (this.looking) await this.follow(null);
  }

  /** The best sample of the last minutes, or null. */
  best() {
    return bestSample(this.watch, this.ports.clock.now());
  }

  /** Where the phone is now, to be shown: whoever walks on is not held back by a better sample of some minutes ago. */
  here() {
    return currentSample(this.watch, this.ports.clock.now());
  }

  /**
   * The fix to record with something else, or null while there is none.
   * @param {{purpose: 'household' | 'photo' | 'leaving', household?: string | null}} what
   */
  fix({ purpose, household }) {
    return fixTaken({ fix: this.ports.crypto.uuid(), purpose, household }, this.watch, this.ports.clock.now());
  }

  /**
   * A position given by hand, for demonstrations (演示): marked as what it is in every fix.
   * @param {{lon: number, lat: number}} point
   */
  async pretend({ lon, lat }) {
    await this.took({ lon, lat, acc: 10, t: this.ports.clock.now(), source: 'demo' });
  }

  start() {
    if ((!this.visit && !this.looking) || this.stop || !isVisible()) return;
    this.stop = watchPosition((sample) => this.took(sample), (trouble) => {
      this.trouble = trouble;
      this.onChange(false);
    });
  }

  pause() {
    this.stop?.();
    this.stop = null;
  }

  /** @param {Sample} sample */
  async took(sample) {
    const { visit } = this;
    if (!visit && !this.looking) return;
    this.trouble = null;
    this.watch = withSample(this.watch, inFrame(sample, this.datum));
    try {
      if (visit) await writeDraft(watchKey(visit), this.watch);
      this.onChange(visit ? await this.recordIfWorth(visit) : false);
    } catch (fault) {
      if (/** @type {Fault} */ (fault)?.code !== 'locked') throw fault;
      // Locked meanwhile: where a phone is that nobody has open is nobody's.
      await this.follow(null);
    }
  }

  /**
   * @param {string} visit
   * @returns {Promise<boolean>}
   */
  async recordIfWorth(visit) {
    if (this.recording || !this.worth([])) return false;
    this.recording = true;
    try {
      let recorded = false;
      await this.save(visit, (open) => {
        const purpose = open?.state === 'open' && this.worth(open.fixes);
        recorded = !!purpose;
        const fact = purpose && fixTaken({ fix: this.ports.crypto.uuid(), purpose }, this.watch, this.ports.clock.now());
        return { facts: fact ? [fact] : [] };
      });
      return recorded;
    } finally {
      this.recording = false;
    }
  }

  /** @param {{acc: number}[]} fixes */
  worth(fixes) {
    return purposeNow(fixes, this.watch, this.ports.clock.now());
  }
}

/** @param {string} visit */
export function watchKey(visit) {
  return `watch:${visit}`;
}
