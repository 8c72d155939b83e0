/** Calls in a device's name: each carries a fresh proof by its transport key, in server time. docs/protocol.md §5. */

import { Fault } from '../model/fault.js';
import { obeys, ORDER_TYPE } from '../model/order.js';
import { currentDevice } from '../store/devices.js';
import { heardOrders, wipe } from '../store/locking.js';
import { signingKey } from '../store/vault.js';
import { readSetting, writeSetting } from '../store/settings.js';

/** @import { Ports } from '../model/ports.js' */
/** @import { Device } from '../store/devices.js' */
/** @import { Reply, Request, Transport } from './transport.js' */

const AUTH_TYPE = 'fc-auth';
const PROOF_S = 240;
/** A proof is used while it has at least this long to live. */
const SPARE_S = 60;
/** What the server says of an upload after a request for it broke, or while the broken one is still at it. */
const UNSETTLED = ['body_cut', 'upload_expired', 'upload_locked', 'upload_offset_wrong', 'upload_unknown'];
const LOCKED = 423;

/** An answer that says no: `reason` is the stable code of the server's error table. */
export class Refused extends Fault {
  /**
   * @param {number} status
   * @param {string} reason
   */
  constructor(status, reason) {
    super('refused', { reason });
    this.status = status;
    this.reason = reason;
  }

  /** Whether this is of one upload only, and over once its offset is asked anew. The answer to HEAD brings no code. */
  get unsettled() {
    return this.status === LOCKED || UNSETTLED.includes(this.reason);
  }

  /** Whether trying again later may help: the server's own trouble, too many requests, or an upload that is not settled. */
  get passing() {
    return this.unsettled || this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/**
 * @typedef {object} Server  everything a call needs that is not of one device
 * @property {Transport} transport
 * @property {string} origin  what each proof is made for
 *
 * @typedef {(request: Request, expect?: number[]) => Promise<Reply>} Call  rejects with Refused for any status that is
 *   neither success nor expected
 */

/**
 * The server's time now, from its last answer to `/api/v1/time`.
 * @param {Ports} ports
 * @returns {Promise<number>} ms since 1970
 */
export async function serverNow({ clock }) {
  return clock.now() + ((await readSetting('clock'))?.offset_ms ?? 0);
}

/**
 * Asks the server for its time and a nonce, and keeps both. The first call of every round: without it nothing follows.
 * @param {Ports} ports
 * @param {Server} server
 */
export async function askTime({ clock }, { transport }) {
  const before = clock.now();
  const reply = checked(await transport({ method: 'GET', path: '/api/v1/time' }));
  const { time, nonce } = JSON.parse(reply.text);
  const middle = (before + clock.now()) / 2;
  await writeSetting('clock', { offset_ms: Math.round(Date.parse(time) - middle), at: clock.now() });
  await writeSetting('nonce', nonce);
}

/**
 * Calls signed by one device.
 * @param {Ports} ports
 * @param {Server} server
 * @param {Device} device
 * @param {{unlocked?: boolean}} [how]  by the signing key: what is read here, or begun anew, takes a phone that is open
 * @returns {Call}
 */
export function callsOf(ports, server, device, { unlocked = false } = {}) {
  let proof = '';
  let until = 0;
  return async (request, expect = []) => {
    const now = Math.floor((await serverNow(ports)) / 1000);
    if (until - now < SPARE_S) {
      until = now + PROOF_S;
      proof = await ports.crypto.sign(
        { iss: device.device, aud: server.origin, iat: now, exp: until }, AUTH_TYPE, unlocked ? await signingKey(device.signing) : device.transport);
    }
    const headers = { ...request.headers, Authorization: `Bearer ${proof}` };
    const reply = await server.transport({ ...request, headers });
    await hearOrder(ports, device, reply.header('Fc-Order'));
    return checked(reply, expect);
  };
}

/**
 * An order may come with any answer; a phone that is locked obeys as well. One that does not verify, or is another's, is none.
 * @param {Ports} ports
 * @param {Device} device
 * @param {string | null} order
 */
async function hearOrder({ crypto, clock }, device, order) {
  const claims = order && (await crypto.verify(order, device.server.sig, ORDER_TYPE));
  if (!claims || !obeys(claims, device.device, await heardOrders())) return;
  // Who came after it under another name has keys of its own.
  if ((await currentDevice())?.device === device.device) await wipe('order', clock.now(), claims.order);
}

/**
 * The reply itself where it is success or expected; throws Refused otherwise.
 * @param {Reply} reply
 * @param {number[]} [expect]
 */
export function checked(reply, expect = []) {
  if ((reply.status >= 200 && reply.status < 300) || expect.includes(reply.status)) return reply;
  let code = 'not_from_server';
  try {
    code = JSON.parse(reply.text).code ?? code;
  } catch {
    // A proxy answered instead of the server.
  }
  throw new Refused(reply.status, code);
}
