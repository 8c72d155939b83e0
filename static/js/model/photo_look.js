/**
 * How a picture looks: black, dark, bright, empty or blurred. A remark refuses nothing; it is said at once, and travels with
 * the photo. Pure. The thresholds were found with drawn pictures (tests/js/photo_look.test.js); docs/inspection-rules.md §4.12.
 */

/** Longest edge of the copy that is looked at, in pixels: fine grain is gone, what a thumb's shake does is not. */
export const LOOK_EDGE = 400;
export const REMARKS = /** @type {const} */ (['black', 'dark', 'bright', 'empty', 'blurred']);

/** Brightness runs from 0 to 255. */
const NEAR_BLACK = 24;
const BLACK_SHARE = 0.98;
const BLACK_MEAN = 16;
const DARK_MEAN = 40;
const BRIGHT_MEAN = 238;
/** Below this deviation a picture shows nothing but one colour: a wall, a palm, a canvas over the browser's limit. */
const EMPTY_DEVIATION = 6;
/** Blur is judged only where there is contrast to be blurred. */
const JUDGED_DEVIATION = 12;
/** Sharpest parts against the whole picture's contrast: drawn scenes have 0.5 and more, blurred by 6 of 1600 pixels 0.06. */
const SHARP_SHARE = 0.1;
const TILES = 8;
const SHARPEST = 6;

/**
 * @typedef {typeof REMARKS[number]} Remark
 * @typedef {{mean: number, black: number, deviation: number, sharpness: number}} Measures  mean brightness and its deviation;
 *   `black`: share of nearly black pixels; `sharpness`: variance of the Laplacian in the sharpest tenth of the picture
 */

/**
 * Measures of a small copy.
 * @param {Uint8ClampedArray | Uint8Array} rgba
 * @param {number} width
 * @param {number} height
 * @returns {Measures}
 */
export function measuresOf(rgba, width, height) {
  const grey = greyOf(rgba);
  const { mean, variance } = spread(grey);
  const black = grey.reduce((n, light) => n + Number(light < NEAR_BLACK), 0) / grey.length;
  return { mean, black, deviation: Math.sqrt(variance), sharpness: sharpestOf(grey, width, height) };
}

/**
 * What is to be said of a picture, the gravest first; nothing of most.
 * @param {Measures} measures
 * @returns {Remark[]}
 */
export function remarksOf({ mean, black, deviation, sharpness }) {
  if (mean < BLACK_MEAN && black >= BLACK_SHARE) return ['black'];
  if (mean < DARK_MEAN) return ['dark'];
  // White on white has neither edge nor contrast: the light is what is wrong with it.
  if (mean > BRIGHT_MEAN) return ['bright'];
  if (deviation < EMPTY_DEVIATION) return ['empty'];
  return deviation >= JUDGED_DEVIATION && sharpness < SHARP_SHARE * deviation * deviation ? ['blurred'] : [];
}

/**
 * Brightness of each pixel (ITU-R BT.601).
 * @param {Uint8ClampedArray | Uint8Array} rgba
 */
function greyOf(rgba) {
  const grey = new Float32Array(rgba.length / 4);
  for (let at = 0; at < grey.length; at += 1) {
    grey[at] = 0.299 * rgba[4 * at] + 0.587 * rgba[4 * at + 1] + 0.114 * rgba[4 * at + 2];
  }
  return grey;
}

/** @param {ArrayLike<number>} values */
function spread(values) {
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < values.length; at += 1) {
    sum += values[at];
    squares += values[at] * values[at];
  }
  const mean = values.length ? sum / values.length : 0;
  return { mean, variance: values.length ? Math.max(0, squares / values.length - mean * mean) : 0 };
}

/**
 * A sharp sign before an open sky is a sharp picture, so only the parts with the most edges are asked.
 * @param {Float32Array} grey
 * @param {number} width
 * @param {number} height
 */
function sharpestOf(grey, width, height) {
  /** @type {number[][]} */
  const tiles = Array.from({ length: TILES * TILES }, () => []);
  for (let y = 1; y < height - 1; y += 1) {
    const row = Math.floor((y * TILES) / height) * TILES;
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const edge = 4 * grey[at] - grey[at - 1] - grey[at + 1] - grey[at - width] - grey[at + width];
      tiles[row + Math.floor((x * TILES) / width)].push(edge);
    }
  }
  const sharpest = tiles.map((tile) => spread(tile).variance).sort((a, b) => b - a).slice(0, SHARPEST);
  return sharpest.reduce((sum, one) => sum + one, 0) / SHARPEST;
}
