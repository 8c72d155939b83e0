/** The rescue file (救援文件, `.fcx`) byte by byte. Source: docs/protocol.md §4.5; read on the server by sync/rescue.py. */

import { fromHex, joined, utf8 } from './bytes.js';

export const MAGIC = 'FCX1';
/** The letters of the kinds of record. */
export const KIND = { header: 'H', certificate: 'C', segment: 'S', photo: 'P' };

/**
 * What stands before a record's content: kind, device, length, SHA-256.
 * @param {string} kind one letter
 * @param {string} device uuid
 * @param {number} length bytes
 * @param {string} sha256 hex digits, of the content
 */
export function recordHead(kind, device, length, sha256) {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, length);
  return joined(utf8(kind), utf8(device), size, fromHex(sha256));
}

/**
 * A name that tells files apart and says nothing of who was where.
 * @param {string} device
 * @param {number} now ms since 1970
 */
export function rescueName(device, now) {
  const moment = new Date(now).toISOString().replace(/\D/g, '').slice(0, 12);
  return `fieldcheck-${moment}-${device.slice(0, 8)}.fcx`;
}
