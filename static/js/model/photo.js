/** Photos: the sealed form "FCP1", sizes, and what a picture must show to be one. Source: docs/protocol.md §6. */

export const SEAL_MARK = 'FCP1';
export const SEAL_IV_BYTES = 12;
export const LONGEST_EDGE = 1600;
export const JPEG_QUALITY = 0.8;
export const PHOTO_KINDS = ['place', 'house', 'water', 'handbook', 'notice', 'project', 'attendance', 'industry', 'other'];
/** Below this the shutter stays closed: a photo, its segment and the database's own journal must fit. */
export const SPACE_FLOOR_BYTES = 20 * 1024 * 1024;
/** What is written on trial when the camera opens: if it does not fit, what is left is for records, not for photos. */
export const TRIAL_BYTES = 8 * 1024 * 1024;
/** A picture whose brightness differs less than this from edge to edge shows nothing. */
const FLAT_DEVIATION = 2;

/**
 * What is known of a taken picture before it is recorded; the bytes travel beside it.
 * @typedef {{width: number, height: number, flat: boolean, jpeg: ArrayBuffer}} Picture
 */

/**
 * Width and height that fit the longest edge allowed, never enlarged.
 * @param {number} width
 * @param {number} height
 */
export function fitted(width, height) {
  const scale = Math.min(1, LONGEST_EDGE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Whether pixels are all but one colour: a covered lens, a dead stream, or a canvas over the browser's limit.
 * @param {Uint8ClampedArray | Uint8Array} rgba
 * @returns {boolean}
 */
export function isFlat(rgba) {
  const count = rgba.length / 4;
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < rgba.length; at += 4) {
    const light = 0.3 * rgba[at] + 0.59 * rgba[at + 1] + 0.11 * rgba[at + 2];
    sum += light;
    squares += light * light;
  }
  const mean = sum / count;
  return Math.sqrt(Math.max(0, squares / count - mean * mean)) < FLAT_DEVIATION;
}

/**
 * Whether there is room for another photo; an unknown estimate is no reason to refuse.
 * @param {{usage?: number, quota?: number}} estimate bytes
 */
export function hasRoom({ usage, quota }) {
  return usage === undefined || quota === undefined || quota - usage >= SPACE_FLOOR_BYTES;
}

/**
 * The kind a photo most likely is, given what it is for; the inspector changes it at will.
 * @param {{household?: string | null, question?: {photo_kind?: string} | null}} slot
 */
export function likelyKind({ household, question }) {
  if (question?.photo_kind && PHOTO_KINDS.includes(question.photo_kind)) return question.photo_kind;
  if (household) return 'house';
  return question ? 'other' : 'place';
}
