/**
 * Position fixes (定位). A watch never blocks: it keeps the best sample and those it was chosen from, and says in words
 * how good it is. Positions are WGS-84 degrees, accuracies metres (95 % radius). Source: docs/inspection-rules.md §5.4.
 */

import { timestamp } from './message.js';

export const USABLE_METRES = 100;
export const FRESH_MS = 5 * 60 * 1000;
const GOOD_METRES = 30;
const SAMPLES_KEPT = 12;
/** A phone's clock and its receiver's may differ by a little; what is older than this is a cached position. */
const CLOCK_SLACK_MS = 5000;
/** A first position is often the worst: unless it is good, others are waited for this long. */
const PATIENCE_MS = 30000;

/**
 * @typedef {{lon: number, lat: number, acc: number, t: number, source?: 'gps' | 'demo' | 'manual'}} Sample  `t` in ms since 1970
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
 * The fact `fix.taken` for a purpose, with every sample it was chosen from, or null while there is none.
 * @param {{fix: string, purpose: 'start' | 'household' | 'photo' | 'leaving' | 'watch', household?: string | null}} what
 * @param {Watch} watch
 * @param {number} now
 */
export function fixTaken({ fix, purpose, household }, watch, now) {
  const best = bestSample(watch, now);
  if (best === null) return null;
  const { source = 'gps', t, ...place } = best;
  const samples = watch.samples.map((one) => ({ lon: one.lon, lat: one.lat, acc: one.acc, t: timestamp(one.t) }));
  return {
    kind: 'fix.taken',
    body: { fix, purpose, ...place, t: timestamp(t), datum: 'wgs84', source, ...(household ? { household } : {}), samples },
  };
}
