/** WebCrypto at work: hashes, randomness, keys and JWS. Private keys are made so that no script can read them out. */

import { base64url, fromBase64url, fromHex, fromUtf8, hex, joined, utf8 } from '../model/bytes.js';
import { conceal, dataKey, newPortableKey, portableKey, reveal, secretKey } from './concealment.js';
import { encryptJwe } from './jwe.js';
import { sealPhoto } from './photo_seal.js';

/** @import { Crypto, PublicJwk, SigningKey } from '../model/ports.js' */

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };
/** fieldcheck/rules/unlock_code.py, ITERATIONS. */
const TASK_ROUNDS = 600_000;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };

/**
 * The port `Crypto` on this browser's (or Node's) WebCrypto.
 * @returns {Crypto}
 */
export function webCrypto() {
  return {
    sha256: async (data) => hex(new Uint8Array(await digest(typeof data === 'string' ? utf8(data) : data))),
    random,
    uuid: () => crypto.randomUUID(),
    uuid7: (now) => uuid7(now, random(10)),
    newKeys: () => crypto.subtle.generateKey(CURVE, false, ['sign', 'verify']),
    publicJwk,
    thumbprint,
    sign,
    verify,
    encrypt: encryptJwe,
    codeKey,
    hmac,
    secretKey,
    dataKey,
    conceal,
    reveal,
    newPortableKey,
    portableKey,
    sealPhoto,
    openTask,
  };
}

/** @param {BufferSource} bytes */
function digest(bytes) {
  return crypto.subtle.digest('SHA-256', bytes);
}

/** @param {number} length */
function random(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

/**
 * RFC 9562 §5.7.
 * @param {number} now ms since 1970
 * @param {Uint8Array} noise 10 random bytes
 */
function uuid7(now, noise) {
  const time = new Uint8Array(6);
  new DataView(time.buffer).setUint16(0, Math.floor(now / 2 ** 32));
  new DataView(time.buffer).setUint32(2, now % 2 ** 32);
  const bytes = joined(time, noise);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * @param {CryptoKey} key
 * @returns {Promise<PublicJwk>}
 */
async function publicJwk(key) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', key);
  return /** @type {PublicJwk} */ ({ kty, crv, x, y });
}

/**
 * RFC 7638: members in alphabetical order, no white space.
 * @param {PublicJwk} jwk
 */
async function thumbprint({ crv, kty, x, y }) {
  return base64url(new Uint8Array(await digest(utf8(JSON.stringify({ crv, kty, x, y })))));
}

/**
 * @param {object} claims
 * @param {string} typ
 * @param {SigningKey} key
 */
async function sign(claims, typ, { privateKey, kid }) {
  const input = `${part({ alg: 'ES256', typ, kid })}.${part(claims)}`;
  const signature = await crypto.subtle.sign(SIGNATURE, privateKey, utf8(input));
  return `${input}.${base64url(new Uint8Array(signature))}`;
}

/**
 * @param {string} code
 * @param {string} salt
 * @param {number} rounds
 */
async function codeKey(code, salt, rounds) {
  const secret = await crypto.subtle.importKey('raw', utf8(code), 'PBKDF2', false, ['deriveBits']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: fromHex(salt), iterations: rounds };
  return new Uint8Array(await crypto.subtle.deriveBits(how, secret, 256));
}

/**
 * @param {string} code
 * @param {string} batch
 * @param {string} sealed
 * @returns {Promise<string | null>}
 */
async function openTask(code, batch, sealed) {
  const secret = await crypto.subtle.importKey('raw', utf8(code), 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: utf8(`fieldcheck-task/1|${batch}`), iterations: TASK_ROUNDS };
  const key = await crypto.subtle.deriveKey(how, secret, { name: 'AES-GCM', length: 256 }, false, ['decrypt']);
  const bytes = fromBase64url(sealed.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''));
  try {
    const named = { name: 'AES-GCM', iv: bytes.slice(0, 12), additionalData: utf8(batch) };
    return fromUtf8(new Uint8Array(await crypto.subtle.decrypt(named, key, bytes.slice(12))));
  } catch {
    // Another code, or a task of another day: the screen asks to compare.
    return null;
  }
}

/**
 * @param {Uint8Array<ArrayBuffer>} key
 * @param {string} text
 */
async function hmac(key, text) {
  const made = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return hex(new Uint8Array(await crypto.subtle.sign('HMAC', made, utf8(text))));
}

/** @param {object} value */
function part(value) {
  return base64url(utf8(JSON.stringify(value)));
}

/**
 * @param {string} jws
 * @param {PublicJwk} jwk
 * @param {string} typ
 * @returns {Promise<Record<string, any> | null>}
 */
async function verify(jws, { kty, crv, x, y }, typ) {
  try {
    const [head, body, signature] = jws.split('.');
    const { alg, typ: named } = JSON.parse(fromUtf8(fromBase64url(head)));
    if (alg !== 'ES256' || named !== typ) return null;
    const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, CURVE, false, ['verify']);
    const holds = await crypto.subtle.verify(SIGNATURE, key, fromBase64url(signature), utf8(`${head}.${body}`));
    return holds ? JSON.parse(fromUtf8(fromBase64url(body))) : null;
  } catch {
    // Whatever is wrong with its form, it is no receipt: the caller keeps what it holds.
    return null;
  }
}
