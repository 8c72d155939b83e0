/** Bytes as text and back: UTF-8, hex, base64url (RFC 4648 §5, no padding). */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The UTF-8 bytes of a text.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function utf8(text) {
  return encoder.encode(text);
}

/**
 * The text that UTF-8 bytes spell; throws TypeError where they are not UTF-8.
 * @param {BufferSource} bytes
 * @returns {string}
 */
export function fromUtf8(bytes) {
  return decoder.decode(bytes);
}

/**
 * Lower-case hex digits.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function hex(bytes) {
  let digits = '';
  for (const byte of bytes) digits += byte.toString(16).padStart(2, '0');
  return digits;
}

/**
 * @param {string} digits
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromHex(digits) {
  return new Uint8Array((digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
}

/**
 * base64url without padding.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function base64url(bytes) {
  return base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * Standard base64, which tus asks for in `Upload-Metadata`.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function base64(bytes) {
  let binary = '';
  // Spreading a whole payload into one call overflows the argument stack of small phones.
  for (let at = 0; at < bytes.length; at += 4096) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return btoa(binary);
}

/**
 * The bytes of a base64url text; throws where it holds another character.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromBase64url(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/**
 * All parts in one array.
 * @param {...Uint8Array} parts
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
