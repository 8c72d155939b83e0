/**
 * The vault (保险箱): everything readable that lies on this phone is concealed under one data key, which a PIN or passphrase
 * opens and which stands in memory only. What travels is sealed to the server already and needs none of it.
 *
 * A phone without a lock keeps things as they are: the rehearsal (演示), and one that was enrolled before there were locks,
 * until its PIN is set (store/locking.js).
 */

import { fromUtf8, utf8 } from '../model/bytes.js';
import { Fault } from '../model/fault.js';
import { reading } from './database.js';

/** @import { Concealed, Crypto, PublicJwk, SigningKey } from '../model/ports.js' */

/**
 * @typedef {object} Lock  kept in clear: it is what a PIN is tried on
 * @property {number} rounds  of PBKDF2-HMAC-SHA256
 * @property {Uint8Array<ArrayBuffer>} salt
 * @property {Concealed} key  the data key under the secret's
 * @property {'pin' | 'passphrase'} kind
 * @property {string} [first]  what the lock was known by before its secret was changed: the data key is the same
 * @property {number} tries  wrong ones since the last right one
 * @property {number} tried_at  ms since 1970
 * @property {number} [wipe_after]  so many wrong tries destroy keys and drafts; 0 or absent: never
 *
 * @typedef {{crypto: Crypto, key: CryptoKey}} Vault  an open one
 * @typedef {Vault & {kept: Concealed}} VisitVault  of one open visit: its own key, and that key as it is kept
 * @typedef {{kid: string, privateKey?: CryptoKey, wrapped?: Concealed}} KeptSigning  `wrapped` opens with the vault alone; a device
 *   that signs nothing any more has neither
 * @typedef {{jwk: PublicJwk, privateKey?: CryptoKey, wrapped?: Concealed}} NewSigning
 */

export const LOCK = 'lock';
const DATA_KEY = 'data key';
const SIGNING_KEY = 'signing key';

/** `read`: what was revealed and is asked for again by every screen. It goes with the vault. */
/** @type {Vault & {at: string, signing: Map<string, CryptoKey>, visits: Map<string, VisitVault>, read: Map<string, {kept: Concealed, value: any}>} | null} */
let opened = null;
/** Another tab has destroyed the keys that were open here: until they are opened anew nothing is written, not even in clear. */
let outlived = false;

/** @returns {Promise<Lock | undefined>} */
export function readLock() {
  return reading([LOCK], (tx) => tx.objectStore(LOCK).get(LOCK));
}

/** The lock as it stands. A vault that was opened at another one is shut: another tab has wiped this phone. */
async function lockNow() {
  const vault = opened;
  const lock = await readLock();
  if (vault && vault === opened && vault.at !== identity(lock)) {
    opened = null;
    outlived = true;
  }
  return lock;
}

/** @param {Lock} [lock] */
function identity(lock) {
  return lock?.first ?? String(lock?.key.iv);
}

/** Whether there is a lock and it is shut. */
export async function isLocked() {
  const lock = await lockNow();
  return opened === null && lock !== undefined;
}

/** The vault, where it is open. @returns {Vault | null} */
export function openedVault() {
  return opened;
}

/** Whether there is a lock and it is open. */
export async function hasOpenVault() {
  const lock = await lockNow();
  return opened !== null && lock !== undefined;
}

/** Shuts the vault: the keys leave the memory. */
export function shutVault() {
  opened = null;
  outlived = false;
}

/**
 * @param {Vault} vault
 * @param {Lock} lock  that it was opened at
 */
export function openVault({ crypto, key }, lock) {
  opened = { crypto, key, at: identity(lock), signing: new Map(), visits: new Map(), read: new Map() };
  outlived = false;
}

/**
 * A fresh data key and the lock that opens it.
 * @param {Crypto} crypto
 * @param {string} secret
 * @param {{rounds: number, kind: 'pin' | 'passphrase'}} how
 * @returns {Promise<{lock: Lock, key: CryptoKey}>}
 */
export async function newLock(crypto, secret, { rounds, kind }) {
  const raw = crypto.random(32);
  const lock = await lockOf(crypto, raw, secret, { rounds, kind });
  const key = await crypto.dataKey(raw);
  raw.fill(0);
  return { lock, key };
}

/**
 * @param {Crypto} crypto
 * @param {Uint8Array<ArrayBuffer>} raw  the data key
 * @param {string} secret
 * @param {{rounds: number, kind: 'pin' | 'passphrase'}} how
 * @returns {Promise<Lock>}
 */
async function lockOf(crypto, raw, secret, { rounds, kind }) {
  const salt = crypto.random(16);
  const key = await crypto.conceal(await crypto.secretKey(secret, salt, rounds), raw, DATA_KEY);
  return { rounds, salt, key, kind, tries: 0, tried_at: 0 };
}

/**
 * The same data key under another secret, or null where the old one is not this lock's. Vaults that are open stay open.
 * @param {Crypto} crypto
 * @param {Lock} lock
 * @param {string} old
 * @param {string} secret
 * @param {{rounds: number, kind: 'pin' | 'passphrase'}} how
 * @returns {Promise<Lock | null>}
 */
export async function lockWrappedAnew(crypto, lock, old, secret, how) {
  const raw = await rawKeyOf(crypto, old, lock);
  if (raw === null) return null;
  const anew = await lockOf(crypto, raw, secret, how);
  raw.fill(0);
  return { ...anew, first: identity(lock) };
}

/**
 * The data key, or null where the secret is another.
 * @param {Crypto} crypto
 * @param {string} secret
 * @param {Lock} lock
 */
export async function keyOf(crypto, secret, lock) {
  const raw = await rawKeyOf(crypto, secret, lock);
  if (raw === null) return null;
  const data = await crypto.dataKey(raw);
  raw.fill(0);
  return data;
}

/**
 * @param {Crypto} crypto
 * @param {string} secret
 * @param {Lock} lock
 */
async function rawKeyOf(crypto, secret, { salt, rounds, key }) {
  const wrapping = await crypto.secretKey(secret, salt, rounds);
  return crypto.reveal(wrapping, key, DATA_KEY).catch(() => null);
}

/**
 * The vault of one open visit (走访). Its key is kept with the visit and goes with the seal: what was answered can then be read
 * by the office alone. Null where it has none: it has ended, or there is no lock.
 * @param {string} visit
 * @param {any} [row]  as it is kept, where it is at hand
 * @returns {Promise<VisitVault | null>}
 */
export async function vaultOfVisit(visit, row) {
  const vault = opened;
  if (vault === null) return null;
  const known = vault.visits.get(visit);
  // Sealed and begun again in another tab, it has another key since.
  if (known && (!row || String(row.key?.iv) === String(known.kept.iv))) return known;
  const kept = (row ?? (await reading(['visits'], (tx) => tx.objectStore('visits').get(visit))))?.key;
  if (!kept) return null;
  const raw = await vault.crypto.reveal(vault.key, kept, `key ${visit}`);
  return remembered(vault.crypto, visit, raw, kept);
}

/**
 * A key of its own for a visit that begins, or begins again.
 * @param {string} visit
 * @param {Vault} by
 * @returns {Promise<VisitVault>}
 */
export async function newVaultOfVisit(visit, { crypto, key }) {
  const raw = crypto.random(32);
  const kept = await crypto.conceal(key, Uint8Array.from(raw), `key ${visit}`);
  return remembered(crypto, visit, raw, kept);
}

/**
 * @param {Crypto} crypto
 * @param {string} visit
 * @param {Uint8Array<ArrayBuffer>} raw
 * @param {Concealed} kept
 */
async function remembered(crypto, visit, raw, kept) {
  const made = { crypto, key: await crypto.dataKey(raw), kept };
  raw.fill(0);
  opened?.visits.set(visit, made);
  return made;
}

/**
 * The visit has ended: nobody here opens it any more.
 * @param {string} visit
 */
export function forgetVisit(visit) {
  opened?.visits.delete(visit);
}

/**
 * What may be written of a value: concealed, or as it is on a phone without a lock. Throws Fault `locked` where it is shut:
 * nothing readable is ever written beside a lock.
 * @param {unknown} value JSON
 * @param {string} of what it is; the same is needed to read it
 * @param {Vault | null} [by]
 * @returns {Promise<any>}
 */
export async function conceal(value, of, by = opened) {
  const own = by === opened;
  const lock = own ? await lockNow() : undefined;
  if (own && (outlived || (by === null && lock))) throw new Fault('locked');
  return by ? by.crypto.conceal(by.key, utf8(JSON.stringify(value ?? null)), of) : value;
}

/**
 * The value of what was kept, concealed or not. Throws Fault `locked` where the vault does not open it.
 * @param {any} kept
 * @param {string} of
 * @param {Vault | null} [by]
 * @returns {Promise<any>}
 */
export async function reveal(kept, of, by = opened) {
  if (!isConcealed(kept)) return kept;
  if (by === null) throw new Fault('locked');
  return JSON.parse(fromUtf8(await by.crypto.reveal(by.key, kept, of).catch(() => { throw new Fault('locked'); })));
}

/**
 * As `reveal`, for what is large and seldom new: the same concealed value is opened once as long as the vault is. Whoever gets
 * it changes nothing in it.
 * @param {any} kept
 * @param {string} of
 * @returns {Promise<any>}
 */
export async function revealOnce(kept, of) {
  const by = opened;
  const known = by?.read.get(of);
  // Nothing is ever concealed twice under one of these.
  if (known && isConcealed(kept) && String(known.kept.iv) === String(kept.iv)) return known.value;
  const value = await reveal(kept, of, by);
  if (by && isConcealed(kept)) by.read.set(of, { kept, value });
  return value;
}

/** @param {any} kept */
export function isConcealed(kept) {
  return kept?.concealed instanceof ArrayBuffer;
}

/**
 * A new signing key: one that leaves this phone's memory only concealed, where there is a lock.
 * @param {Crypto} crypto
 * @returns {Promise<NewSigning>}
 */
export async function newSigning(crypto) {
  if (await isLocked()) throw new Fault('locked');
  if (opened === null) {
    const { publicKey, privateKey } = await crypto.newKeys();
    return { jwk: await crypto.publicJwk(publicKey), privateKey };
  }
  const { jwk, pkcs8 } = await crypto.newPortableKey();
  const wrapped = await crypto.conceal(opened.key, pkcs8, SIGNING_KEY);
  pkcs8.fill(0);
  return { jwk, wrapped };
}

/**
 * The key to sign with; throws Fault `locked`.
 * @param {KeptSigning} kept
 * @returns {Promise<SigningKey>}
 */
export async function signingKey(kept) {
  const { kid, wrapped } = kept;
  if (kept.privateKey) return { kid, privateKey: kept.privateKey };
  if (!wrapped) throw new Fault('not_enrolled');
  const vault = opened;
  if (vault === null) throw new Fault('locked');
  let privateKey = vault.signing.get(kid);
  if (!privateKey) {
    const pkcs8 = await vault.crypto.reveal(vault.key, wrapped, SIGNING_KEY);
    privateKey = await vault.crypto.portableKey(pkcs8);
    pkcs8.fill(0);
    vault.signing.set(kid, privateKey);
  }
  return { kid, privateKey };
}
