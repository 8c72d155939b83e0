/** JWE compact (RFC 7516), ECDH-ES+A256KW (RFC 7518 §4.6) and A256GCM, to the server's encryption key. */

import { base64url, joined, utf8 } from '../model/bytes.js';

/** @import { PublicJwk } from '../model/ports.js' */

const ALG = 'ECDH-ES+A256KW';
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const TAG_BYTES = 16;

/**
 * The payload sealed for the holder of `jwk` alone.
 * @param {string} payload
 * @param {PublicJwk} jwk
 * @returns {Promise<string>}
 */
export async function encryptJwe(payload, jwk) {
  const ephemeral = await crypto.subtle.generateKey(CURVE, true, ['deriveBits']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', ephemeral.publicKey);
  const deflated = await deflate(utf8(payload));
  const header = { alg: ALG, enc: 'A256GCM', ...(deflated ? { zip: 'DEF' } : {}), kid: jwk.kid, epk: { kty, crv, x, y } };
  const aad = base64url(utf8(JSON.stringify(header)));
  const content = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt']);
  const wrapping = await wrappingKey(ephemeral.privateKey, jwk);
  const wrapped = await crypto.subtle.wrapKey('raw', content, wrapping, 'AES-KW');
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: utf8(aad) }, content, deflated ?? utf8(payload)));
  const [text, tag] = [sealed.subarray(0, -TAG_BYTES), sealed.subarray(-TAG_BYTES)];
  return [aad, ...[new Uint8Array(wrapped), iv, text, tag].map(base64url)].join('.');
}

/**
 * The key that wraps: Concat KDF (NIST SP 800-56A, one round gives the 256 bits needed) over the shared secret.
 * @param {CryptoKey} privateKey
 * @param {PublicJwk} jwk
 */
async function wrappingKey(privateKey, { kty, crv, x, y }) {
  const publicKey = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, CURVE, false, []);
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: publicKey }, privateKey, 256));
  const algorithm = utf8(ALG);
  const info = joined(number(algorithm.length), algorithm, number(0), number(0), number(256));
  const derived = await crypto.subtle.digest('SHA-256', joined(number(1), shared, info));
  return crypto.subtle.importKey('raw', derived, 'AES-KW', false, ['wrapKey']);
}

/** @param {number} value */
function number(value) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/**
 * Raw DEFLATE (RFC 1951), or null where this browser cannot; `zip` is optional in JWE.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function deflate(bytes) {
  let stream;
  try {
    stream = new CompressionStream('deflate-raw');
  } catch {
    return null;
  }
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}
