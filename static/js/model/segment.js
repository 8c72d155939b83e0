/** A segment: 1–200 lines, signed once, encrypted once, then only carried. Source: docs/protocol.md §2. */

import { utf8 } from './bytes.js';
import { Fault } from './fault.js';

/** @import { Head } from './message.js' */

export const SEGMENT_TYPE = 'fc-segment';
export const LINES_MAX = 200;
export const PAYLOAD_MAX_BYTES = 240 * 1024;
/** Room for the brackets and the signature around lines and records. */
const ENVELOPE_BYTES = 2048;

/**
 * What the signature says about `lines` that follow `start`; the head commits to every line.
 * @param {string} device
 * @param {Head} start
 * @param {Head} head the last of the lines
 */
export function segmentClaims(device, start, head) {
  return { device, from: start.seq + 1, to: head.seq, prev: start.hash, head: head.hash };
}

/**
 * The payload to encrypt; throws Fault `segment_too_large` over the limits of the protocol.
 * @param {string[]} lines
 * @param {string[]} records
 * @param {string} signature
 * @returns {string}
 */
export function segmentPayload(lines, records, signature) {
  const payload = JSON.stringify({ lines, private: records, signature });
  if (lines.length > LINES_MAX || utf8(payload).length > PAYLOAD_MAX_BYTES) throw new Fault('segment_too_large');
  return payload;
}

/**
 * Lines with the records they name, cut into groups that each fit one segment, in order.
 * @template {{line: string, records: string[]}} T
 * @param {T[]} written
 * @returns {T[][]}
 */
export function cutIntoSegments(written) {
  /** @type {T[][]} */
  const groups = [];
  let bytes = Infinity;
  for (const item of written) {
    const weight = utf8(JSON.stringify([item.line, ...item.records])).length;
    if (bytes + weight > PAYLOAD_MAX_BYTES - ENVELOPE_BYTES || groups[groups.length - 1].length === LINES_MAX) {
      groups.push([]);
      bytes = 0;
    }
    groups[groups.length - 1].push(item);
    bytes += weight;
  }
  return groups;
}
