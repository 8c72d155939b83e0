/**
 * Position fixes (定位). A watch never blocks: it keeps the best sample and those it was chosen from, and says in words
 * how good it is. Positions are WGS-84 degrees, accuracies metres (95 % radius). Source: docs/inspection-rules.md §5.4.
 */

import { shiftBetween, wgs84OfGcj02 } from './datum.js';
import { timestamp } from './message.js';

/** @import { Datum } from './datum.js' */
/** @import { Point } from './place.js' */

export const USABLE_METRES = 100;
export const FRESH_MS = 5 * 60 * 1000;
const GOOD_METRES = 30;
const SAMPLES_KEPT = 12;
/** A phone's clock and its receiver's may differ by a little; what is older than this is a cached position. */
const CLOCK_SLACK_MS = 5000;
/** A first position is often the worst: unless it is good, others are waited for this long. */
const PATIENCE_MS = 30000;

/**
 * @typedef {{lon: number, lat: number, acc: number, t: number, source?: 'gps' | 'demo' | 'manual', datum?: Datum, given?: Point}} Sample
 *   `t` in ms since 1970; `datum`: of what the receiver gave, WGS-84 where missing; `given`: that, where it was converted
 * @typedef {{since: number, samples: Sample[]}} Watch  samples of the last minutes, in order of time
 */

/**
 * @param {number} since the time before which a position is stale
 * @returns {Watch}
 */
export function newWatch(since) {
  return { since, samples: [] };
}

/**
 * A sample of a phone whose positions are in that frame: what is GCJ-02 is converted and keeps what was given. Positions
 * of a demonstration (演示) come from the map itself.
 * @param {Sample} sample
 * @param {Datum} datum
 * @returns {Sample}
 */
export function inFrame(sample, datum) {
  if (datum === 'wgs84' || sample.source === 'demo') return sample;
  if (datum !== 'gcj02') return { ...sample, datum };
  const given = { lon: sample.lon, lat: sample.lat };
  return { ...sample, ...wgs84OfGcj02(given), given, datum };
}

/**
 * The watch with one more sample; a cached or senseless one changes nothing.
 * @param {Watch} watch
 * @param {Sample} sample
 * @returns {Watch}
 */
export function withSample(watch, sample) {
  const sound = [sample.lon, sample.lat, sample.acc, sample.t].every(Number.isFinite) && sample.acc >= 0;
  if (!sound || sample.t < watch.since - CLOCK_SLACK_MS) return watch;
  const recent = watch.samples.filter((one) => sample.t - one.t <= FRESH_MS);
  return { ...watch, samples: [...recent, sample].slice(-SAMPLES_KEPT) };
}

/**
 * The sample with the smallest error that is not older than five minutes, or null.
 * @param {Watch} watch
 * @param {number} now
 * @returns {Sample | null}
 */
export function bestSample(watch, now) {
  return watch.samples
    .filter((one) => now - one.t <= FRESH_MS)
    .reduce((best, one) => (best === null || one.acc <= best.acc ? one : best), /** @type {Sample | null} */ (null));
}

/**
 * The best of the samples that may be from where the phone is now: those whose errors reach the newest. Null while there
 * is none of the last five minutes.
 * @param {Watch} watch
 * @param {number} now
 * @returns {Sample | null}
 */
export function currentSample(watch, now) {
  const newest = watch.samples.at(-1);
  if (!newest) return null;
  const here = watch.samples.filter((one) => shiftBetween(newest, one).metres <= newest.acc + one.acc);
  return bestSample({ ...watch, samples: here }, now);
}

/**
 * How good a sample is, in a word: none, poor (not usable as evidence of place), fair, good.
 * @param {Sample | null} sample
 * @returns {'none' | 'poor' | 'fair' | 'good'}
 */
export function grade(sample) {
  if (sample === null) return 'none';
  if (sample.acc > USABLE_METRES) return 'poor';
  return sample.acc > GOOD_METRES ? 'fair' : 'good';
}

/**
 * Whether the watch should record a fix by itself, and as what: the start once it is good or has had its time, and once
 * more when a usable position comes after unusable ones. Null where there is nothing to add.
 * @param {{acc: number}[]} fixes recorded so far
 * @param {Watch} watch
 * @param {number} now
 * @returns {'start' | 'watch' | null}
 */
export function purposeNow(fixes, watch, now) {
  const best = bestSample(watch, now);
  if (best === null) return null;
  if (fixes.length === 0) return grade(best) === 'good' || now - watch.since >= PATIENCE_MS ? 'start' : null;
  return best.acc <= USABLE_METRES && fixes.every((one) => one.acc > USABLE_METRES) ? 'watch' : null;
}

/**
 * The fact `fix.taken` for a purpose, with every sample it was chosen from, or null while there is none. Positions stand
 * in it as the receiver gave them, beside them in WGS-84 where that is another (docs/protocol.md §6.8).
 * @param {{fix: string, purpose: 'start' | 'household' | 'photo' | 'leaving' | 'watch', household?: string | null}} what
 * @param {Watch} watch
 * @param {number} now
 */
export function fixTaken({ fix, purpose, household }, watch, now) {
  const best = bestSample(watch, now);
  if (best === null) return null;
  const { source = 'gps', datum = 'wgs84', lon, lat, acc, t, given } = best;
  const samples = watch.samples.filter((one) => (one.datum ?? 'wgs84') === datum)
    .map((one) => ({ ...placeGiven(one), acc: one.acc, t: timestamp(one.t) }));
  return {
    kind: 'fix.taken',
    body: {
      fix, purpose, ...placeGiven(best), acc, t: timestamp(t), datum, source, ...(given ? { wgs84: { lon, lat } } : {}),
      ...(household ? { household } : {}), samples,
    },
  };
}

/**
 * @param {Sample} sample
 * @returns {Point}
 */
function placeGiven({ lon, lat, given }) {
  return given ?? { lon, lat };
}
