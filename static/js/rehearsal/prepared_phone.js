/** A phone for a rehearsal: enrolled by an invitation of this page, with a visit under way. Made once for each browser. */

import { currentDevice } from '../store/devices.js';
import { forgetEverything } from '../store/forget.js';
import { counts } from '../store/outbox.js';
import { readSetting, writeSetting } from '../store/settings.js';
import { callsOf, checked, Refused } from '../sync/calls.js';
import { enrolByToken } from '../sync/enrol.js';
import { pullPack } from '../sync/pull.js';
import { prepareVisit } from './prepared_visit.js';

/** @import { Ports } from '../model/ports.js' */
/** @import { Device } from '../store/devices.js' */
/** @import { Server } from '../sync/calls.js' */
/** @import { Rehearsal } from './prepared_visit.js' */

const INVITATION = '/try/invitation';
/** Reasons why a phone cannot hand anything in again. */
const FORGOTTEN = ['device_unknown', 'device_revoked'];
/** Written last: a phone whose making was broken off holds nothing of anybody's and is made again. */
const WHOLE = 'rehearsal';

/**
 * What this browser's phone is before anything was done.
 * @param {string} inspector account of the rehearsal's inspector
 * @returns {Promise<{kind: 'none' | 'ready' | 'broken'} | {kind: 'other', name: string, saved: number, waiting: number}>}
 */
export async function phoneFound(inspector) {
  const device = await currentDevice();
  if (!device) return { kind: 'none' };
  const whole = await readSetting(WHOLE);
  if (device.inspector.id === inspector && whole === inspector) return { kind: 'ready' };
  const { saved, waiting } = await counts();
  if (device.inspector.id === inspector || saved === 0) return { kind: 'broken' };
  return { kind: 'other', name: device.inspector.name, saved, waiting };
}

/**
 * Whether the office does not know this phone (any more): the demonstration was made anew since, or the phone was taken
 * out of use. False where nobody answers.
 * @param {Ports} ports
 * @param {Server} server
 */
export async function isForgotten(ports, server) {
  try {
    await callsOf(ports, server, /** @type {Device} */ (await currentDevice()))({ method: 'GET', path: '/api/v1/head' });
    return false;
  } catch (fault) {
    return fault instanceof Refused && FORGOTTEN.includes(fault.reason);
  }
}

/**
 * Makes the phone anew. Throws a Fault where the server cannot be reached or says no.
 * @param {Rehearsal} given
 * @param {Server} server
 * @param {{token: string, name: string}} page its form token; what the phone is called
 * @returns {Promise<boolean>} false where the demonstration sends nobody to the township
 */
export async function makePhone(given, server, { token, name }) {
  await forgetEverything();
  const reply = checked(await server.transport({ method: 'POST', path: INVITATION, headers: { 'X-CSRFToken': token } }));
  await enrolByToken(given.ports, server, { token: JSON.parse(reply.text).token, name });
  const device = /** @type {Device} */ (await currentDevice());
  await pullPack(callsOf(given.ports, server, device, { unlocked: true }));
  if ((await prepareVisit(given)) === null) return false;
  await writeSetting(WHOLE, given.inspector);
  return true;
}
