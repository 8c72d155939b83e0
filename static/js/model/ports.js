/**
 * What the engine needs from the device, as types alone. Comments here are the specification; `device/` holds the
 * browser's answer, and tests run the same code under Node.
 *
 * @typedef {{kty: string, crv: string, x: string, y: string, use?: string, kid?: string}} PublicJwk
 * @typedef {{privateKey: CryptoKey, kid: string}} SigningKey  `kid` is the RFC 7638 thumbprint of its public half
 *
 * @typedef {{concealed: ArrayBuffer, iv: Uint8Array<ArrayBuffer>}} Concealed  AES-256-GCM; only this phone's own keys open it
 *
 * @typedef {object} Crypto
 * @property {(data: BufferSource | string) => Promise<string>} sha256  64 hex digits; a text counts as its UTF-8 bytes
 * @property {(length: number) => Uint8Array<ArrayBuffer>} random
 * @property {() => string} uuid  version 4
 * @property {(now: number) => string} uuid7  version 7, sortable by `now` (ms since 1970)
 * @property {() => Promise<CryptoKeyPair>} newKeys  P-256 for ES256; the private half cannot be read out
 * @property {(key: CryptoKey) => Promise<PublicJwk>} publicJwk
 * @property {(jwk: PublicJwk) => Promise<string>} thumbprint  RFC 7638
 * @property {(claims: object, typ: string, key: SigningKey) => Promise<string>} sign  JWS compact, ES256
 * @property {(jws: string, key: PublicJwk, typ: string) => Promise<Record<string, any> | null>} verify  the claims, or
 *   null where signature, algorithm or `typ` does not hold
 * @property {(payload: string, key: PublicJwk) => Promise<string>} encrypt  JWE compact, ECDH-ES+A256KW, A256GCM
 * @property {(code: string, salt: string, rounds: number) => Promise<Uint8Array<ArrayBuffer>>} codeKey  PBKDF2-HMAC-SHA256, 32 bytes;
 *   `salt` in hex
 * @property {(key: Uint8Array<ArrayBuffer>, text: string) => Promise<string>} hmac  HMAC-SHA256 in hex
 * @property {(secret: string, salt: Uint8Array<ArrayBuffer>, rounds: number) => Promise<CryptoKey>} secretKey  PBKDF2-HMAC-SHA256 of a
 *   PIN or passphrase (NFKC), a key that conceals and cannot be read out
 * @property {(raw: Uint8Array<ArrayBuffer>) => Promise<CryptoKey>} dataKey  32 bytes as a key that conceals and cannot be read out
 * @property {(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>, of: string) => Promise<Concealed>} conceal  `of` names what it is and
 *   is needed to open it
 * @property {(key: CryptoKey, kept: Concealed, of: string) => Promise<Uint8Array<ArrayBuffer>>} reveal  rejects where key, bytes or
 *   `of` are others
 * @property {() => Promise<{jwk: PublicJwk, pkcs8: Uint8Array<ArrayBuffer>}>} newPortableKey  P-256, its private half in bytes, to be
 *   concealed and wiped at once
 * @property {(pkcs8: Uint8Array<ArrayBuffer>) => Promise<CryptoKey>} portableKey  the same to sign with; it cannot be read out
 * @property {(code: string, batch: string, sealed: string) => Promise<string | null>} openTask  the text of a sealed task
 *   (docs/protocol.md §5.7), or null where the code is not its own
 * @property {(jpeg: ArrayBuffer) => Promise<{key: string, sealed: ArrayBuffer}>} sealPhoto  FCP1, key in base64url
 *
 * @typedef {object} Clock
 * @property {() => number} now  the phone's own clock, ms since 1970
 * @property {() => number} mono  ms since this session began, never set back
 * @property {string} session  a uuid for each start of the page
 *
 * @typedef {<T>(name: string, work: () => Promise<T>) => Promise<T>} Exclusive  runs `work` while no other tab does
 *
 * @typedef {{crypto: Crypto, clock: Clock, exclusive: Exclusive}} Ports
 */

export {};
