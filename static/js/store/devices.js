/** Who this phone is: one device after another, each with its own chain and keys; at most one is current. */

import { withDatabase, writing } from './database.js';

/** @import { Head } from '../model/message.js' */
/** @import { PublicJwk, SigningKey } from '../model/ports.js' */

/**
 * @typedef {object} Device
 * @property {string} device
 * @property {string} name  what people call this phone
 * @property {{id: string, name: string, team: 'A' | 'B'}} inspector
 * @property {{sig: PublicJwk, enc: PublicJwk}} server  pinned at enrolment
 * @property {SigningKey} signing
 * @property {SigningKey} transport  usable while the app is locked
 * @property {Head} head  of the chain as written here
 * @property {boolean} closed  nothing is written to it any more; what waits is still sent
 * @property {string | null} predecessor
 * @property {string} [certificate]  the server's word for the enrolment; phones enrolled before 2026-11-25 have none
 *
 * @typedef {{token: string | null, predecessor: string | null, signing: CryptoKeyPair, transport: CryptoKeyPair}} Enrolment
 */

const CURRENT = 'device';
const ENROLMENT = 'enrolment';

/**
 * @returns {Promise<Device | null>}
 */
export function currentDevice() {
  return withDatabase(async (db) => {
    const id = await db.get('settings', CURRENT);
    return id ? db.get('devices', id) : null;
  });
}

/**
 * Every device this phone has been, oldest first.
 * @returns {Promise<Device[]>}
 */
export function allDevices() {
  return withDatabase(async (db) => {
    const devices = /** @type {Device[]} */ (await db.getAll('devices'));
    return devices.sort((a, b) => Number(b.closed) - Number(a.closed));
  });
}

/**
 * Makes `device` the current one and closes its predecessor, in one transaction; the enrolment under way is done.
 * @param {Device} device
 */
export async function becomeDevice(device) {
  await writing(['devices', 'settings'], async (tx) => {
    const before = device.predecessor && (await tx.get('devices', device.predecessor));
    if (before) tx.put('devices', { ...before, closed: true });
    tx.put('devices', device);
    tx.put('settings', device.device, CURRENT);
    tx.drop('settings', ENROLMENT);
  });
}

/**
 * The enrolment under way: its keys are kept before they are sent, so that a lost answer can be asked for again.
 * @returns {Promise<Enrolment | undefined>}
 */
export function enrolmentUnderWay() {
  return withDatabase((db) => db.get('settings', ENROLMENT));
}

/** @param {Enrolment} enrolment */
export async function keepEnrolment(enrolment) {
  await writing(['settings'], (tx) => tx.put('settings', enrolment, ENROLMENT));
}
