/**
 * Private records: names, respondents and free text never stand in a message. The body names a record by the SHA-256
 * of its exact JSON string, under a field that ends in `_private`. Source: docs/protocol.md §3.
 */

import { hex } from './bytes.js';

export const SALT_BYTES = 16;

/** A text that must not enter a body; it stands there until the save point replaces it by its hash. */
export class PrivateText {
  /**
   * @param {string} of what kind of text: respondent, reason, fact …
   * @param {string} value
   */
  constructor(of, value) {
    this.of = of;
    this.value = value;
  }
}

/**
 * The exact string of a record.
 * @param {string} of
 * @param {unknown} value
 * @param {Uint8Array} salt
 * @returns {string}
 */
export function privateRecord(of, value, salt) {
  return JSON.stringify({ salt: hex(salt), of, value });
}

/**
 * A body in which every PrivateText has become the hash of its record, and those records in order.
 * @param {any} value
 * @param {{random: (length: number) => Uint8Array, sha256: (text: string) => Promise<string>}} crypto
 * @returns {Promise<{value: any, records: string[]}>}
 */
export async function withoutPrivate(value, crypto) {
  if (value instanceof PrivateText) {
    const record = privateRecord(value.of, value.value, crypto.random(SALT_BYTES));
    return { value: await crypto.sha256(record), records: [record] };
  }
  if (value === null || typeof value !== 'object') return { value, records: [] };
  /** @type {string[]} */
  const records = [];
  const entries = [];
  for (const [key, item] of Object.entries(value)) {
    const bare = await withoutPrivate(item, crypto);
    entries.push([key, bare.value]);
    records.push(...bare.records);
  }
  return { value: Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries), records };
}
