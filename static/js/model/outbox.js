/**
 * What a phone does with the server's answers. Pure; `sync/outbox.py` and this file replay the same transcripts.
 * A segment stays after its receipt: a server restored from a backup may ask for it again (docs/protocol.md §4.3).
 */

/** @import { Head } from './message.js' */

/**
 * What the outbox knows of one sealed segment; its bytes lie elsewhere. `stuck` is the code of a refusal or conflict,
 * shown with its reason.
 * @typedef {{from: number, to: number, head: string, receipt: string | null, stuck: string | null}} Kept
 * @typedef {{status: 'accepted' | 'duplicate' | 'gap' | 'conflict' | 'refused', code: string, next: string,
 *   detail?: string, receipt?: string | null}} Answer
 */

/** The code of a segment whose numbers the server holds with other lines. */
export const FORKED = 'chain_forked';

/**
 * What must travel, in chain order: what has no receipt, and what the server's head does not reach. A head below a
 * receipt that is held means a restored server: those segments travel again. A fork began within what the server held,
 * so a head before its place means the same, and its quarantine may be gone with the rest: it travels again too. What
 * follows a conflict is still sent, so that the server keeps the fork whole.
 * @template {Kept} T
 * @param {T[]} kept in chain order
 * @param {Head} server
 * @returns {T[]}
 */
export function toSend(kept, server) {
  const forks = kept.filter((one) => one.stuck === FORKED).map((one) => one.from);
  const restored = forks.length > 0 && server.seq < Math.min(...forks);
  // Restored twice, the server may hold another line than the one it last gave a receipt for at this very place.
  const other = kept.some((one) => one.receipt !== null && one.stuck === null && one.to === server.seq && one.head !== server.hash);
  return kept.filter((one) => (one.stuck === null || (restored && one.stuck === FORKED))
    && (one.receipt === null || one.to > server.seq || other));
}

/**
 * The segment after the server's answer to it. A receipt must have been verified by the caller.
 * @template {Kept} T
 * @param {T} kept
 * @param {Answer} answer
 * @returns {T}
 */
export function afterAnswer(kept, answer) {
  if (answer.status === 'accepted' || answer.status === 'duplicate') {
    return { ...kept, receipt: answer.receipt ?? null, stuck: null };
  }
  if (answer.status === 'refused' || answer.status === 'conflict') return { ...kept, stuck: answer.code };
  return kept;
}

/**
 * Whether an answer ends the chain: the phone goes on under a new one that names its predecessor.
 * @param {Answer} answer
 */
export function closesChain(answer) {
  return answer.next === 'start_new_chain';
}

/**
 * Whether verified receipt claims promise this very segment.
 * @param {Record<string, any>} claims
 * @param {string} device
 * @param {{from: number, to: number, head: string}} kept
 */
export function receiptCovers(claims, device, kept) {
  if (claims.device !== device || !(claims.from <= kept.to)) return false;
  return claims.to === kept.to ? claims.head === kept.head : claims.to > kept.to;
}

/**
 * Segments grouped for one request each, by the bytes of their body.
 * @template {{bytes: number}} T
 * @param {T[]} segments
 * @param {number} most bytes of one request; a single larger segment still travels alone
 * @returns {T[][]}
 */
export function inBatches(segments, most) {
  /** @type {T[][]} */
  const batches = [];
  let room = -1;
  for (const segment of segments) {
    if (segment.bytes > room) {
      batches.push([]);
      room = most;
    }
    batches[batches.length - 1].push(segment);
    room -= segment.bytes;
  }
  return batches;
}
