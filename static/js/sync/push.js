/** Segments to the server, in chain order, and what each answer means for them. docs/protocol.md §4. */

import { afterAnswer, closesChain, inBatches, receiptCovers, toSend } from '../model/outbox.js';
import { keepLoss } from '../store/losses.js';
import { bodiesOf, keepSegment, offerPhotosAgain, segmentsOf } from '../store/outbox.js';
import { Refused } from './calls.js';

/** @import { Answer } from '../model/outbox.js' */
/** @import { Head } from '../model/message.js' */
/** @import { Ports } from '../model/ports.js' */
/** @import { Device } from '../store/devices.js' */
/** @import { Loss } from '../store/losses.js' */
/** @import { Segment } from '../store/record.js' */
/** @import { Call } from './calls.js' */

const RECEIPT_TYPE = 'fc-receipt';
const BATCH_BYTES = 256 * 1024;
/** After a gap everything goes again from the server's head; more often than this means it does not help. */
const PASSES = 3;

/**
 * Sends what one device's chain still owes. True when the chain has ended and a successor is needed.
 * @param {Ports} ports
 * @param {Call} call
 * @param {Device} device
 * @returns {Promise<boolean>}
 */
export async function pushChain(ports, call, device) {
  const known = await serverHead(call);
  // More lines there than here: this phone was set back to an older copy, and its next line would be a fork.
  const setBack = known !== null && known.seq > device.head.seq;
  if (setBack && !device.closed) await keepLoss(olderCopy(ports, device, known));
  let ends = setBack;
  let head = known ?? device.head;
  const lost = (await segmentsOf(device.device)).filter((one) => one.receipt && one.to > head.seq);
  await offerPhotosAgain(lost.flatMap((one) => one.photos));
  // What is under way or stuck is missing there too, and goes its own way.
  await offerPhotosAgain(known?.photos_missing ?? [], (photo) => photo.receipt !== null);
  for (let pass = 1; pass <= PASSES; pass += 1) {
    const sending = toSend(await segmentsOf(device.device), head);
    if (sending.length === 0) break;
    const heard = await pushPass(ports, call, device, sending, head);
    head = heard.head;
    ends ||= heard.ends;
    if (!heard.gap) break;
  }
  return ends && !device.closed;
}

/**
 * @param {Ports} ports
 * @param {Device} device
 * @param {Head} known
 * @returns {Loss}
 */
function olderCopy({ clock }, { device, name, head }, known) {
  return { how: 'set_back', device, name: name || undefined, seq: head.seq, missing: known.seq - head.seq, at: clock.now() };
}

/**
 * The server's head of this chain, or null where it will not say: a phone out of use still hands in its work.
 * @param {Call} call
 * @returns {Promise<(Head & {photos_missing?: string[]}) | null>}
 */
async function serverHead(call) {
  try {
    return JSON.parse((await call({ method: 'GET', path: '/api/v1/head' })).text);
  } catch (fault) {
    if (fault instanceof Refused && !fault.passing && fault.status !== 401) return null;
    throw fault;
  }
}

/**
 * @param {Ports} ports
 * @param {Call} call
 * @param {Device} device
 * @param {Segment[]} sending
 * @param {Head} head
 * @returns {Promise<{head: Head, gap: boolean, ends: boolean}>}
 */
async function pushPass(ports, call, device, sending, head) {
  let ends = false;
  for (const batch of inBatches(sending, BATCH_BYTES)) {
    const { answers, head: now } = await post(call, await bodiesOf(batch));
    head = now;
    for (const [at, answer] of answers.entries()) {
      await keepSegment(await heard(ports, device, batch[at], answer));
      ends ||= closesChain(answer);
    }
    if (answers.some((answer) => answer.status === 'gap')) return { head, gap: true, ends };
  }
  return { head, gap: false, ends };
}

/**
 * @param {Call} call
 * @param {string[]} bodies
 * @returns {Promise<{answers: Answer[], head: Head}>}
 */
async function post(call, bodies) {
  const headers = { 'Content-Type': 'application/x-ndjson' };
  return JSON.parse((await call({ method: 'POST', path: '/api/v1/segments', headers, body: `${bodies.join('\n')}\n` })).text);
}

/**
 * The segment after its answer; a receipt that does not verify is none, and the segment goes on waiting, with a reason.
 * @param {Ports} ports
 * @param {Device} device
 * @param {Segment} segment
 * @param {Answer} answer
 * @returns {Promise<Segment>}
 */
async function heard({ crypto }, device, segment, answer) {
  const after = afterAnswer(segment, answer);
  if (after.receipt === segment.receipt) return after;
  const claims = after.receipt && (await crypto.verify(after.receipt, device.server.sig, RECEIPT_TYPE));
  if (claims && receiptCovers(claims, device.device, segment)) return after;
  return { ...segment, stuck: 'receipt_invalid' };
}
