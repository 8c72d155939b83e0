/** Photos: the sealed form "FCP1", sizes, and what comes of a picture. Source: docs/protocol.md §6. */

/** @import { Remark } from './photo_look.js' */

export const SEAL_MARK = 'FCP1';
export const SEAL_IV_BYTES = 12;
export const LONGEST_EDGE = 1600;
export const JPEG_QUALITY = 0.8;
export const PHOTO_KINDS = ['place', 'house', 'water', 'handbook', 'notice', 'project', 'attendance', 'industry', 'other'];
/** Below this the shutter stays closed: a photo, its segment and the database's own journal must fit. */
export const SPACE_FLOOR_BYTES = 20 * 1024 * 1024;
/** What is written on trial when the camera opens: if it does not fit, what is left is for records, not for photos. */
export const TRIAL_BYTES = 8 * 1024 * 1024;
/** A picture that this browser cannot open is kept as it came, up to what the server takes (fieldcheck/config.py) with its seal. */
export const AS_IT_CAME_BYTES = 19_900_000;
/** Kinds that tend to show names and numbers: they are looked at, and covered, before they are saved, unless switched off. */
export const LOOKED_AT_FIRST = ['handbook', 'notice'];

/**
 * @typedef {'camera' | 'app' | 'file' | 'demo'} PhotoSource  the viewfinder, the phone's camera app, the gallery, drawn
 *
 * What is known of a picture before it is recorded; the bytes travel beside it.
 * @typedef {{mime: 'image/jpeg' | 'image/heic', width: number, height: number, remarks: Remark[], masked: number,
 *   bytes: ArrayBuffer}} Picture  `masked`: blocks burned into it
 */

/**
 * Width and height that fit the longest edge allowed, never enlarged.
 * @param {number} width
 * @param {number} height
 * @param {number} [longest]
 */
export function fitted(width, height, longest = LONGEST_EDGE) {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
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
