/** Who this phone is: one device after another, each with its own chain and keys; at most one is current. */

import { reading, writing } from './database.js';
import { conceal, reveal } from './vault.js';

/** @import { Head } from '../model/message.js' */
/** @import { PublicJwk, SigningKey } from '../model/ports.js' */
/** @import { KeptSigning, NewSigning, Vault } from './vault.js' */

/**
 * @typedef {object} Device
 * @property {string} device
 * @property {string} name  what people call this phone; empty while it is locked, and so is the inspector
 * @property {{id: string, name: string, team: 'A' | 'B'}} inspector
 * @property {{sig: PublicJwk, enc: PublicJwk}} server  pinned at enrolment
 * @property {KeptSigning} signing
 * @property {SigningKey} transport  usable while the app is locked
 * @property {Head} head  of the chain as written here
 * @property {boolean} closed  nothing is written to it any more; what waits is still sent
 * @property {string | null} predecessor
 * @property {string} [certificate]  the server's word for the enrolment; phones enrolled before 2026-11-25 have none
 *
 * @typedef {{token: string | null, predecessor: string | null, signing: NewSigning, transport: CryptoKeyPair}} Enrolment
 */

/** @type {Pick<Device, 'name' | 'inspector'>} */
const NOBODY = { name: '', inspector: { id: '', name: '', team: 'A' } };

const CURRENT = 'device';
const ENROLMENT = 'enrolment';
const WHO = 'who';

/**
 * @returns {Promise<Device | null>}
 */
export async function currentDevice() {
  const row = await reading(['settings', 'devices'], async (tx) => {
    const id = await tx.objectStore('settings').get(CURRENT);
    return id ? tx.objectStore('devices').get(id) : null;
  });
  return row && deviceOf(row);
}

/**
 * What is written of a device. Who carries it is concealed: what travels needs the chain and the transport key alone.
 * @param {Device} device
 * @param {Vault} [by]
 */
export async function deviceRow(device, by) {
  const { name, inspector, certificate, ...rest } = device;
  const open = { name, inspector, certificate };
  const who = await conceal(open, WHO, by);
  return who === open ? device : { ...rest, who };
}

/**
 * @param {any} row
 * @returns {Promise<Device>}
 */
async function deviceOf(row) {
  if (!('who' in row)) return row;
  const { who, ...rest } = row;
  const shut = (/** @type {{code?: string}} */ fault) => {
    if (fault.code !== 'locked') throw fault;
    return NOBODY;
  };
  return { ...rest, ...((await reveal(who, WHO).catch(shut)) ?? NOBODY) };
}

/**
 * Every device this phone has been, oldest first.
 * @returns {Promise<Device[]>}
 */
export async function allDevices() {
  const devices = await Promise.all((await reading(['devices'], (tx) => tx.objectStore('devices').getAll())).map(deviceOf));
  return devices.sort((a, b) => Number(b.closed) - Number(a.closed));
}

/**
 * Makes `device` the current one and closes its predecessor, in one transaction; the enrolment under way is done.
 * @param {Device} device
 */
export async function becomeDevice(device) {
  const row = await deviceRow(device);
  await writing(['devices', 'settings'], async (tx) => {
    const before = device.predecessor && (await tx.get('devices', device.predecessor));
    // It signs nothing any more.
    if (before) tx.put('devices', { ...before, closed: true, signing: { kid: before.signing.kid } });
    tx.put('devices', row);
    tx.put('settings', device.device, CURRENT);
    tx.drop('settings', ENROLMENT);
    tx.drop('settings', 'wiped');
  });
}

/**
 * The enrolment under way: its keys are kept before they are sent, so that a lost answer can be asked for again.
 * @returns {Promise<Enrolment | undefined>}
 */
export async function enrolmentUnderWay() {
  const kept = await reading(['settings'], (tx) => tx.objectStore('settings').get(ENROLMENT));
  return kept && { ...kept, token: await reveal(kept.token, ENROLMENT) };
}

/** @param {Enrolment} enrolment */
export async function keepEnrolment(enrolment) {
  const row = { ...enrolment, token: await conceal(enrolment.token, ENROLMENT) };
  await writing(['settings'], (tx) => tx.put('settings', row, ENROLMENT));
}
