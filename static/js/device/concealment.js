/** What the phone keeps for itself: concealed under a key that a PIN or passphrase opens. docs/protocol.md §8. */

import { utf8 } from '../model/bytes.js';

/** @import { Concealed, PublicJwk } from '../model/ports.js' */

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };
const IV_BYTES = 12;

/**
 * @param {string} secret
 * @param {Uint8Array<ArrayBuffer>} salt
 * @param {number} rounds
 */
export async function secretKey(secret, salt, rounds) {
  // The same sign can be typed in two ways; keyboards differ.
  const typed = await crypto.subtle.importKey('raw', utf8(secret.normalize('NFKC')), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, typed, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** @param {Uint8Array<ArrayBuffer>} raw */
export function dataKey(raw) {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/**
 * @param {CryptoKey} key
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} of
 * @returns {Promise<Concealed>}
 */
export async function conceal(key, bytes, of) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  return { concealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(of) }, key, bytes), iv };
}

/**
 * @param {CryptoKey} key
 * @param {Concealed} kept
 * @param {string} of
 */
export async function reveal(key, { concealed, iv }, of) {
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: utf8(of) }, key, concealed));
}

/**
 * Not `wrapKey`: engines differ in the formats that it takes, and none refuses these two steps.
 * @returns {Promise<{jwk: PublicJwk, pkcs8: Uint8Array<ArrayBuffer>}>}
 */
export async function newPortableKey() {
  const pair = await crypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const [{ kty, crv, x, y }, pkcs8] = await Promise.all([
    crypto.subtle.exportKey('jwk', pair.publicKey), crypto.subtle.exportKey('pkcs8', pair.privateKey)]);
  return { jwk: /** @type {PublicJwk} */ ({ kty, crv, x, y }), pkcs8: new Uint8Array(pkcs8) };
}

/** @param {Uint8Array<ArrayBuffer>} pkcs8 */
export function portableKey(pkcs8) {
  return crypto.subtle.importKey('pkcs8', pkcs8, CURVE, false, ['sign']);
}
