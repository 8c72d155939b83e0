/** Enrolment: a token becomes a device, or a closed device gets its successor. Only the call itself uses a token up. */

import { GENESIS } from '../model/message.js';
import { becomeDevice, currentDevice, enrolmentUnderWay, keepEnrolment } from '../store/devices.js';
import { keepLoss } from '../store/losses.js';
import { newSigning } from '../store/vault.js';
import { callsOf, checked } from './calls.js';

/** @import { Marker } from '../device/marker.js' */
/** @import { PublicJwk, Ports } from '../model/ports.js' */
/** @import { Device, Enrolment } from '../store/devices.js' */
/** @import { Call, Server } from './calls.js' */
/** @import { Request, Reply } from './transport.js' */

/**
 * Makes this phone a device by the token of a link or a typed code. A device it was before is its predecessor, whose
 * work is still sent; of one that is gone from here, what is lost is kept to be told.
 * @param {Ports} ports
 * @param {Server} server
 * @param {{token: string, name: string, lost?: Marker | null}} given `lost`: the mark of an emptied store
 */
export async function enrolByToken(ports, server, { token, name, lost = null }) {
  const before = await currentDevice();
  const predecessor = before?.device ?? lost?.device ?? null;
  const enrolment = await underWay(ports, token, predecessor);
  const body = { token, name, ...(predecessor ? { predecessor } : {}) };
  const { unsent_before: unsent } = await finish(ports, enrolment, body, async (request) => checked(await server.transport(request)));
  if (before) return;
  if (lost) await keepLoss({ how: 'emptied', device: lost.device, seq: lost.seq, missing: lost.waiting, at: lost.at });
  else if (unsent) {
    await keepLoss({
      how: 'replaced', device: unsent.device, seq: unsent.head, missing: unsent.lines + unsent.photos, at: Date.parse(unsent.at), name: unsent.name,
    });
  }
}

/**
 * Closes a chain after a conflict and goes on as a new device that names it as predecessor.
 * @param {Ports} ports
 * @param {Server} server
 * @param {Device} device the one whose chain ends
 */
export async function enrolSuccessor(ports, server, device) {
  const enrolment = await underWay(ports, null, device.device);
  const body = { name: device.name, predecessor: device.device };
  // Without its signing key (a forgotten PIN) the office has to confirm the new device.
  const unlocked = !!(device.signing.wrapped || device.signing.privateKey);
  await finish(ports, enrolment, body, callsOf(ports, server, device, { unlocked }));
}

/**
 * Hands the certificate of the enrolment back to a server that was restored from before it: the same device once more.
 * @param {Call} call
 * @param {string} certificate
 */
export async function handBackCertificate(call, certificate) {
  await call({
    method: 'POST', path: '/api/v1/devices', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ certificate }),
  });
}

/**
 * The same keys again where an earlier try for the same purpose got no answer.
 * @param {Ports} ports
 * @param {string | null} token
 * @param {string | null} predecessor
 * @returns {Promise<Enrolment>}
 */
async function underWay({ crypto }, token, predecessor) {
  const kept = await enrolmentUnderWay();
  if (kept?.signing.jwk && kept.token === token && kept.predecessor === predecessor) return kept;
  const fresh = { token, predecessor, signing: await newSigning(crypto), transport: await crypto.newKeys() };
  await keepEnrolment(fresh);
  return fresh;
}

/**
 * @param {Ports} ports
 * @param {Enrolment} enrolment
 * @param {Record<string, string>} body
 * @param {(request: Request) => Promise<Reply>} call
 */
async function finish({ crypto }, enrolment, body, call) {
  const { jwk: signing, ...key } = enrolment.signing;
  const transport = await crypto.publicJwk(enrolment.transport.publicKey);
  const reply = await call({
    method: 'POST', path: '/api/v1/devices', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...body, signing_key: signing, transport_key: transport }),
  });
  const answer = JSON.parse(reply.text);
  const { device, inspector, keys, certificate } = answer;
  await becomeDevice({
    ...(certificate && { certificate }),
    device, name: body.name, inspector, server: await pinned(keys.keys, crypto), head: { seq: 0, hash: GENESIS }, closed: false,
    predecessor: enrolment.predecessor,
    signing: { ...key, kid: await crypto.thumbprint(signing) },
    transport: { privateKey: enrolment.transport.privateKey, kid: await crypto.thumbprint(transport) },
  });
  return answer;
}

/**
 * The server's two keys, each named by its own thumbprint whatever the server called it.
 * @param {PublicJwk[]} keys
 * @param {import('../model/ports.js').Crypto} crypto
 */
async function pinned(keys, crypto) {
  const [sig, enc] = await Promise.all(['sig', 'enc'].map(async (use) => {
    const key = /** @type {PublicJwk} */ (keys.find((one) => one.use === use));
    return { ...key, kid: await crypto.thumbprint(key) };
  }));
  return { sig, enc };
}
