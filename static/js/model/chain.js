/** A chain: lines that each name the hash of the line before. Source: docs/protocol.md §1. */

import { encodeLine, VERSION } from './message.js';

/** @import { Event, Head, Stamp } from './message.js' */

/**
 * The lines that write `events` after `start`, and the head they end in. Nothing is moved or kept here.
 * @param {string} device
 * @param {Head} start
 * @param {Event[]} events
 * @param {Stamp} stamp
 * @param {(line: string) => Promise<string>} sha256
 * @returns {Promise<{lines: string[], head: Head}>}
 */
export async function writeLines(device, start, events, stamp, sha256) {
  const lines = [];
  let head = start;
  for (const { kind, visit, body, actor } of events) {
    const line = encodeLine({
      v: VERSION, device, ...(actor === undefined ? {} : { actor }), seq: head.seq + 1, prev: head.hash, ...stamp, kind, visit, body,
    });
    lines.push(line);
    head = { seq: head.seq + 1, hash: await sha256(line) };
  }
  return { lines, head };
}
