/** How fast to try: the size of a photo's next piece, and the wait after a failure. Sizes in bytes, times in ms. */

export const FIRST_CHUNK = 256 * 1024;
const SMALLEST_CHUNK = 32 * 1024;
const LARGEST_CHUNK = 1024 * 1024;
/** A piece should take about this long: long enough to be worth its request, short enough to lose little. */
const AIM_MS = 4000;
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 5 * 60 * 1000;

/**
 * The next piece's size after one of `size` bytes took `took` ms, or failed (`null`).
 * @param {number} size
 * @param {number | null} took
 * @returns {number}
 */
export function nextChunk(size, took) {
  if (took === null) return Math.max(SMALLEST_CHUNK, size / 2);
  if (took < AIM_MS / 2) return Math.min(LARGEST_CHUNK, size * 2);
  return took > AIM_MS * 2 ? Math.max(SMALLEST_CHUNK, size / 2) : size;
}

/**
 * The wait before the next try, growing with each failure in a row, spread so that phones do not return in step.
 * @param {number} failures in a row, 1 or more
 * @param {number} chance from 0 to 1
 * @returns {number}
 */
export function waitAfter(failures, chance) {
  const full = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1));
  return Math.round(full * (0.5 + chance / 2));
}
