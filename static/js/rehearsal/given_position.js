/** A position that is given instead of measured, for rehearsals (演示): every sample says so in its `source`. */

/** @import { Sample } from '../model/fix.js' */
/** @import { Point } from '../model/place.js' */

/** Every sample has the same error, so that the newest one is always the best: who drags the marker moves the phone. */
const ACCURACY_METRES = 10;
/** A receiver outdoors never gives the same position twice. */
const JITTER_METRES = 6;
const METRES_PER_DEGREE = 111320;
const EVERY_MS = 4000;

/**
 * A sample somewhere within the error of a point.
 * @param {Point} point degrees
 * @param {number} t ms since 1970
 * @returns {Sample}
 */
export function sampleNear({ lon, lat }, t) {
  const off = () => ((Math.random() - 0.5) * 2 * JITTER_METRES) / METRES_PER_DEGREE;
  return { lon: rounded(lon + off()), lat: rounded(lat + off()), acc: ACCURACY_METRES, t, source: 'demo' };
}

export class GivenPosition {
  /** @type {Set<(sample: Sample) => void>} */
  #watchers = new Set();

  /**
   * @param {Point} point
   * @param {() => number} now ms since 1970
   */
  constructor(point, now) {
    this.point = point;
    this.now = now;
    setInterval(() => this.#report(), EVERY_MS);
  }

  /** @param {Point} point */
  move(point) {
    this.point = point;
    this.#report();
  }

  /**
   * @param {(sample: Sample) => void} onSample
   * @returns {() => void}
   */
  watch(onSample) {
    this.#watchers.add(onSample);
    setTimeout(() => this.#watchers.has(onSample) && onSample(sampleNear(this.point, this.now())));
    return () => this.#watchers.delete(onSample);
  }

  #report() {
    for (const onSample of this.#watchers) onSample(sampleNear(this.point, this.now()));
  }
}

/** @param {number} degrees to some ten centimetres */
function rounded(degrees) {
  return Math.round(degrees * 1e6) / 1e6;
}
