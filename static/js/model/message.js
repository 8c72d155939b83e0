/** One message: one exact UTF-8 JSON line of the log. Source: docs/protocol.md §1. */

import { utf8 } from './bytes.js';
import { Fault } from './fault.js';

export const VERSION = 1;
export const LINE_MAX_BYTES = 65536;
export const GENESIS = '0'.repeat(64);

/**
 * `at` is the writer's own clock (RFC 3339, UTC, ms); `mono` is in ms since its session began.
 * @typedef {{v: number, device: string, actor?: string, seq: number, prev: string, at: string, session: string,
 *   mono: number, nonce: string, kind: string, visit: string | null, body: Record<string, any>}} Message
 * @typedef {{seq: number, hash: string}} Head  the last line of a chain; seq 0 where there is none
 * @typedef {{at: string, session: string, mono: number, nonce: string}} Stamp  when lines were written
 * @typedef {{kind: string, visit: string | null, body: Record<string, any>, actor?: string}} Event  a fact to write
 */

/** @type {(keyof Message)[]} */
const KEYS = ['v', 'device', 'actor', 'seq', 'prev', 'at', 'session', 'mono', 'nonce', 'kind', 'visit', 'body'];

/**
 * The exact line of a message, keys in the order of the protocol; throws Fault `line_too_long`, so that an
 * over-long text never enters a chain.
 * @param {Message} message
 * @returns {string}
 */
export function encodeLine(message) {
  const ordered = Object.fromEntries(KEYS.filter((key) => key in message).map((key) => [key, message[key]]));
  const line = JSON.stringify(ordered);
  if (utf8(line).length > LINE_MAX_BYTES) throw new Fault('line_too_long');
  return line;
}

/**
 * RFC 3339, UTC, milliseconds.
 * @param {number} ms since 1970
 * @returns {string}
 */
export function timestamp(ms) {
  return new Date(ms).toISOString();
}
