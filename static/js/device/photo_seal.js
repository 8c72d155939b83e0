/** The sealed form of a photo, "FCP1": mark, IV, AES-256-GCM; the key travels in `photo.taken`. docs/protocol.md §6. */

import { base64url, fromBase64url, joined, utf8 } from '../model/bytes.js';
import { SEAL_IV_BYTES, SEAL_MARK } from '../model/photo.js';

const MARK = utf8(SEAL_MARK);

/**
 * Seals the bytes under a fresh key.
 * @param {ArrayBuffer} jpeg
 * @returns {Promise<{key: string, sealed: ArrayBuffer}>} the key in base64url
 */
export async function sealPhoto(jpeg) {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const iv = crypto.getRandomValues(new Uint8Array(SEAL_IV_BYTES));
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt']);
  const body = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: MARK }, key, jpeg);
  return { key: base64url(raw), sealed: joined(MARK, iv, new Uint8Array(body)).buffer };
}

/**
 * The bytes of a sealed photo; rejects where key or bytes are not what was sealed.
 * @param {string} key base64url
 * @param {ArrayBuffer} sealed
 * @returns {Promise<ArrayBuffer>}
 */
export async function openPhoto(key, sealed) {
  const bytes = new Uint8Array(sealed);
  const start = MARK.length + SEAL_IV_BYTES;
  const opening = await crypto.subtle.importKey('raw', fromBase64url(key), 'AES-GCM', false, ['decrypt']);
  const iv = bytes.slice(MARK.length, start);
  return crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: bytes.slice(0, MARK.length) }, opening, bytes.slice(start));
}
