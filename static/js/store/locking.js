/**
 * The lock (锁) of this phone: set, opened, and what is left of the phone when its PIN is forgotten or the office orders it
 * wiped. Sealed work that has no receipt is touched by none of it.
 */

import { Fault } from '../model/fault.js';
import { ROUNDS, strengthOf, waitLeft } from '../model/phone_lock.js';
import { wholeVisit } from '../model/visit.js';
import { withDatabase, writing } from './database.js';
import { deviceRow } from './devices.js';
import { draftRow } from './drafts.js';
import { lossesRow } from './losses.js';
import { checklistRow, packRow } from './pack.js';
import { returnRow } from './planned_return.js';
import { concealedSetting, readSetting } from './settings.js';
import { keyOf, LOCK, lockWrappedAnew, newLock, openVault, readLock, shutVault } from './vault.js';
import { visitRow } from './visits.js';

/** @import { Ports } from '../model/ports.js' */
/** @import { Writing } from './database.js' */
/** @import { Lock, Vault } from './vault.js' */

/**
 * @typedef {{store: string, key: IDBValidKey, was: string, row: unknown, inline: boolean}} Change  `inline`: the key stands in the row
 * @typedef {{why: 'forgotten' | 'tries' | 'order', at: number}} Wiped
 */

const ATTEMPTS = 3;
const WIPED = 'wiped';
const ORDERS = 'orders';
/** What a phone held that is gone with its keys; of the settings these alone. */
const READABLE = ['drafts', 'visits', 'checklists'];
const READABLE_SETTINGS = ['pack', 'planned_return', 'enrolment', 'datum'];
const STORES = [...READABLE, 'devices', 'settings', LOCK];

/** @type {Record<string, (row: any, by: Vault) => Promise<unknown>>} */
const SETTINGS = {
  pack: packRow, planned_return: returnRow, losses: lossesRow, datum: (value, by) => concealedSetting('datum', value, by),
};

/**
 * Sets the PIN or passphrase of a phone that has none and conceals everything readable on it, in one transaction: all of it
 * is concealed and the lock stands, or nothing has changed. The vault is open afterwards.
 * Throws Fault `secret_weak`, `lock_exists`.
 * @param {Ports} ports
 * @param {string} secret
 * @param {{rounds?: number}} [how]
 */
export async function setLock({ crypto }, secret, { rounds = ROUNDS } = {}) {
  const { lock, key } = await newLock(crypto, secret, { rounds, kind: goodKind(secret) });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (await readLock()) throw new Fault('lock_exists');
    if (await shutDown(lock, await changesFor({ crypto, key }))) return openVault({ crypto, key }, lock);
  }
  throw new Fault('chain_busy');
}

/** @param {string} secret */
function goodKind(secret) {
  const kind = strengthOf(secret);
  if (kind === 'short' || kind === 'plain') throw new Fault('secret_weak');
  return kind;
}

/**
 * @param {Vault} by
 * @returns {Promise<Change[]>}
 */
async function changesFor(by) {
  const rows = await readableRows();
  return Promise.all(rows.map(async ({ store, key, value, inline }) => (
    { store, key, inline, was: JSON.stringify(value), row: await concealed(store, String(key), value, by) })));
}

/** @returns {Promise<{store: string, key: IDBValidKey, value: any, inline: boolean}[]>} */
function readableRows() {
  return withDatabase(async (db) => {
    const tx = db.transaction([...READABLE, 'devices', 'settings']);
    const rows = [];
    for (const store of [...READABLE, 'devices', 'settings']) {
      const [keys, values] = await Promise.all([tx.objectStore(store).getAllKeys(), tx.objectStore(store).getAll()]);
      const inline = tx.objectStore(store).keyPath !== null;
      rows.push(...keys.map((key, at) => ({ store, key, value: values[at], inline })));
    }
    return rows.filter(({ store, key }) => store !== 'settings' || String(key) in SETTINGS);
  });
}

/**
 * @param {string} store
 * @param {string} key
 * @param {any} value
 * @param {Vault} by
 */
function concealed(store, key, value, by) {
  // Of a wiped phone nobody knows whose it was.
  if (store === 'devices') return 'who' in value ? value : deviceRow(value, by);
  if (store === 'visits') return visitRow(wholeVisit(value), by);
  if (store === 'drafts') return draftRow(key, value, by);
  if (store === 'checklists') return checklistRow(value, by);
  return SETTINGS[key](value, by);
}

/**
 * False where another tab has written meanwhile; then nothing has changed.
 * @param {Lock} lock
 * @param {Change[]} changes
 */
function shutDown(lock, changes) {
  return writing(STORES, async (tx) => {
    const standing = await tx.get(LOCK, LOCK);
    // The connection may have been lost just after this lock was written: then all is done.
    if (standing) return wrappedAlike(standing, lock);
    const here = (await Promise.all([...READABLE, 'devices'].map((store) => tx.keys(store)))).flat().length;
    if (here !== changes.filter(({ store }) => store !== 'settings').length) return false;
    for (const { store, key, was } of changes) {
      if (JSON.stringify(await tx.get(store, key)) !== was) return false;
    }
    for (const { store, key, row, inline } of changes) tx.put(store, row, inline ? undefined : key);
    tx.put(LOCK, lock, LOCK);
    return true;
  });
}

/**
 * Tries a PIN or passphrase. Each try is counted before it is made, so that ending the app saves no wait. After as many
 * wrong ones as the office allows, keys and drafts are destroyed. Throws Fault `lock_wait` while one has to wait.
 * @param {Ports} ports
 * @param {string} secret
 * @returns {Promise<'open' | 'wrong' | 'wiped'>}
 */
export async function unlock({ crypto, clock }, secret) {
  const lock = await readLock();
  if (!lock) return 'open';
  const came = await tried(clock, lock, () => keyOf(crypto, secret, lock));
  if (typeof came === 'string') return came;
  // Lost with the battery, the count only stands one higher than it need.
  await counted(() => 0, lock, clock.now(), 'relaxed');
  openVault({ crypto, key: came }, lock);
  return 'open';
}

/**
 * Changes the PIN or passphrase: the data key is wrapped anew in one transaction, so that the old one opens the phone or the
 * new one does, and never neither. A wrong old one counts as a wrong try. What was concealed stays as it is, and so does every
 * vault that is open. Throws Fault `secret_weak`, `lock_wait`, `chain_busy` where another tab has changed the lock meanwhile.
 * @param {Ports} ports
 * @param {string} old
 * @param {string} secret
 * @param {{rounds?: number}} [how]
 * @returns {Promise<'changed' | 'wrong' | 'wiped'>}
 */
export async function changeSecret({ crypto, clock }, old, secret, { rounds = ROUNDS } = {}) {
  const kind = goodKind(secret);
  const lock = await readLock();
  if (!lock) throw new Fault('chain_busy');
  const came = await tried(clock, lock, () => lockWrappedAnew(crypto, lock, old, secret, { rounds, kind }));
  if (typeof came === 'string') return came;
  await writing([LOCK], async (tx) => {
    const here = await tx.get(LOCK, LOCK);
    // The connection may have been lost just after the change was written: whoever is told otherwise goes on trying the old one.
    if (wrappedAlike(here, came)) return;
    if (!wrappedAlike(here, lock)) throw new Fault('chain_busy');
    tx.put(LOCK, { ...here, ...came }, LOCK);
  });
  return 'changed';
}

/**
 * Whether two locks hold their key in one and the same wrapping.
 * @param {Pick<Lock, 'key'> | undefined} one
 * @param {Pick<Lock, 'key'>} other
 */
function wrappedAlike(one, other) {
  return String(one?.key.iv) === String(other.key.iv);
}

/**
 * What a secret opens, tried as one try more.
 * @template Found
 * @param {Ports['clock']} clock
 * @param {Lock} lock
 * @param {() => Promise<Found | null>} attempt  null where the secret is another
 * @returns {Promise<Found | 'wrong' | 'wiped'>}
 */
async function tried(clock, lock, attempt) {
  const wait = waitLeft(lock, clock.now());
  if (wait > 0) throw new Fault('lock_wait', { n: Math.ceil(wait / 1000) });
  const tries = await counted((before) => before + 1, lock, clock.now());
  const found = await attempt();
  if (found !== null) return found;
  if (!lock.wipe_after || tries < lock.wipe_after) return 'wrong';
  await wipe('tries', clock.now());
  return 'wiped';
}

/**
 * Keeps the number of tries, reckoned from what is written down: another window may have tried meanwhile.
 * @param {(before: number) => number} tries
 * @param {Lock} lock  as it was read
 * @param {number} now
 * @param {IDBTransactionDurability} [durability]
 * @returns {Promise<number>} the number now
 */
function counted(tries, lock, now, durability) {
  return writing([LOCK], async (tx) => {
    const here = await tx.get(LOCK, LOCK);
    const n = tries((here ?? lock).tries);
    if (here) tx.put(LOCK, { ...here, tries: n, tried_at: now }, LOCK);
    return n;
  }, durability).catch((fault) => {
    // On a full phone people must still get to where they can free space.
    if (fault?.code !== 'storage_full') throw fault;
    return tries(lock.tries);
  });
}

/**
 * Destroys the keys and everything that they open, in one transaction; nobody can undo it. What is sealed, with its receipts
 * and the key to send it by, stays.
 * @param {Wiped['why']} why
 * @param {number} now
 * @param {string} [order]  that said so
 */
export async function wipe(why, now, order) {
  await writing(STORES, async (tx) => {
    for (const store of READABLE) for (const key of await tx.keys(store)) tx.drop(store, key);
    for (const name of READABLE_SETTINGS) tx.drop('settings', name);
    for (const key of await tx.keys('devices')) dropSecrets(tx, await tx.get('devices', key));
    const lost = await tx.get('settings', 'losses');
    if (lost) tx.put('settings', lost.map((/** @type {object} */ one) => ({ ...one, name: undefined })), 'losses');
    tx.drop(LOCK, LOCK);
    tx.put('settings', { why, at: now }, WIPED);
    if (order) tx.put('settings', [...((await tx.get('settings', ORDERS)) ?? []), order], ORDERS);
  });
  shutVault();
}

/**
 * @param {Writing} tx
 * @param {any} row
 */
function dropSecrets(tx, { who, name, inspector, certificate, signing, ...rest }) {
  tx.put('devices', { ...rest, signing: { kid: signing.kid }, who: null });
}

/** @returns {Promise<string[]>} the orders that this phone has obeyed */
export async function heardOrders() {
  return (await readSetting(ORDERS)) ?? [];
}

/** @returns {Promise<Wiped | null>} why this phone was wiped, until it is in use again */
export async function wipedState() {
  return (await readSetting(WIPED)) ?? null;
}
