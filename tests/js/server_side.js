/**
 * The server's half of the protocol in memory, for tests: it opens, verifies, answers and signs as sync/intake.py does,
 * and takes photos by tus. Its promises are those of tests/golden/README.md; the golden replay holds it to them.
 */

import { fromBase64url, fromUtf8, joined, utf8 } from '../../static/js/model/bytes.js';
import { GENESIS } from '../../static/js/model/message.js';
import { webCrypto } from '../../static/js/device/crypto.js';

const crypto_ = webCrypto();
const { subtle } = globalThis.crypto;

/** A key pair made now, or imported from a golden JWK. */
export async function serverKey(use, jwk) {
  const name = use === 'sig' ? 'ECDSA' : 'ECDH';
  const usages = use === 'sig' ? ['sign'] : ['deriveBits'];
  const full = jwk ?? await subtle.exportKey('jwk', (await subtle.generateKey(
    { name, namedCurve: 'P-256' }, true, use === 'sig' ? ['sign', 'verify'] : usages)).privateKey);
  const { kty, crv, x, y, d } = full;
  const kid = await crypto_.thumbprint({ kty, crv, x, y });
  const privateKey = await subtle.importKey('jwk', { kty, crv, x, y, d }, { name, namedCurve: 'P-256' }, false, usages);
  return { privateKey, kid, jwk: { kty, crv, x, y, use, kid } };
}

/** The payload text of a JWE, by RFC 7516 and 7518 §4.6, written independently of device/jwe.js. */
export async function openJwe(jwe, privateKey) {
  const [head, ...rest] = jwe.split('.');
  const [wrapped, iv, text, tag] = rest.map(fromBase64url);
  const header = JSON.parse(fromUtf8(fromBase64url(head)));
  const { kty, crv, x, y } = header.epk;
  const epk = await subtle.importKey('jwk', { kty, crv, x, y }, { name: 'ECDH', namedCurve: 'P-256' }, false, []);
  const z = new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: epk }, privateKey, 256));
  const u32 = (n) => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
  const kek = await subtle.digest('SHA-256', joined(u32(1), z, u32(header.alg.length), utf8(header.alg), u32(0), u32(0), u32(256)));
  const unwrapping = await subtle.importKey('raw', kek, 'AES-KW', false, ['unwrapKey']);
  const cek = await subtle.unwrapKey('raw', wrapped, unwrapping, 'AES-KW', 'AES-GCM', false, ['decrypt']);
  const plain = await subtle.decrypt({ name: 'AES-GCM', iv, additionalData: utf8(head) }, cek, joined(text, tag));
  if (header.zip !== 'DEF') return fromUtf8(plain);
  const inflated = new Blob([plain]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(inflated).text();
}

/** One server: devices, heads, receipts, quarantine, photos. */
export class FakeServer {
  static async start() {
    return new FakeServer(await serverKey('sig'), await serverKey('enc'));
  }

  constructor(sig, enc) {
    Object.assign(this, { sig, enc, now: Date.parse('2026-11-23T01:00:00Z'), devices: new Map(), chains: new Map() });
    Object.assign(this, { quarantined: [], photos: new Map(), uploads: new Map(), tokens: new Set(['TOKEN']), pack: null, log: [] });
    Object.assign(this, { states: [], fault: null, entries: [] });
  }

  /** The transport that the phone's sync is given. `fault(request)` may throw, or answer in the server's place. */
  transport = async (request) => {
    const entry = `${request.method} ${request.path}`;
    this.log.push(entry);
    const early = await this.fault?.(request);
    if (early) return reply(early.status, early.body, early.headers);
    const late = await this.answer(request);
    return (await this.lostAnswer?.(request)) ?? late;
  };

  async answer(request) {
    const { method, path } = request;
    const route = path.split('?')[0];
    if (route === '/api/v1/time') return reply(200, { time: new Date(this.now).toISOString(), nonce: `n${this.now}` });
    if (route === '/api/v1/devices') return this.enrol(request);
    const device = await this.proven(request);
    if (!device) return reply(401, { code: this.devices.has(issuer(request)) ? 'auth_stale' : 'device_unknown', next: '' });
    if (route === '/api/v1/head') return reply(200, { ...this.head(device), photos_missing: this.missing(device) });
    if (route === '/api/v1/segments') return this.segments(device, request.body);
    if (route === '/api/v1/pack') return this.pack ? reply(200, this.pack, { ETag: '"1"' }) : reply(304, '');
    if (route === '/api/v1/devices/me/state') return reply(204, void this.states.push(JSON.parse(request.body)) ?? '');
    if (route === '/api/v1/photos' && method === 'POST') return this.begin(request);
    if (route.includes('/by-hash/')) return this.photoReceipt(device, route.split('/').at(-2));
    return this.upload(request, route.split('/').at(-1));
  }

  async enrol({ headers, body }) {
    const { token, signing_key, transport_key, predecessor = null, certificate } = JSON.parse(body);
    if (certificate) return this.readmit({ headers }, certificate);
    if (!headers.Authorization && !this.tokens.delete(token)) return reply(409, { code: 'token_used', next: '' });
    const device = globalThis.crypto.randomUUID();
    this.devices.set(device, { device, signing: signing_key, transport: transport_key, predecessor });
    return this.enrolled(this.devices.get(device));
  }

  async enrolled(device) {
    const certificate = await crypto_.sign(device, 'fc-certificate', this.sig);
    return reply(201, {
      device: device.device, inspector: { id: 'i', name: '演示', team: 'A' }, keys: { keys: [this.sig.jwk, this.enc.jwk] }, certificate,
    });
  }

  async readmit(request, certificate) {
    const device = await crypto_.verify(certificate, this.sig.jwk, 'fc-certificate');
    if (!device) return reply(400, { code: 'certificate_forged', next: '' });
    if (!await this.proves(request, device)) return reply(401, { code: 'auth_forged', next: '' });
    this.devices.set(device.device, device);
    return this.enrolled(device);
  }

  async proven(request) {
    const device = this.devices.get(issuer(request));
    return device && await this.proves(request, device) ? device : null;
  }

  async proves(request, device) {
    const key = request.path?.startsWith('/api/v1/pack') ? device.signing : device.transport;
    const claims = issuer(request) === device.device && await crypto_.verify(bearer(request), key, 'fc-auth');
    const now = this.now / 1000;
    return claims && claims.aud === 'https://fieldcheck.example' && claims.exp > now && claims.iat < now + 120;
  }

  head({ device }) {
    const chain = this.chains.get(device) ?? [];
    return chain.length ? { seq: chain.length, hash: chain.at(-1).hash } : { seq: 0, hash: GENESIS };
  }

  missing({ device }) {
    const taken = this.messages().filter((one) => one.kind === 'photo.taken' && one.device === device);
    return taken.map((one) => one.body.sealed_sha256).filter((sealed) => !this.photos.has(sealed));
  }

  async segments(device, body) {
    const answers = [];
    for (const jwe of body.trim().split('\n')) answers.push(await this.take(device, jwe));
    return reply(200, { answers, head: this.head(device) });
  }

  /** One segment, as sync/intake.py takes it. */
  async take(device, jwe) {
    const segment = await this.verified(device, jwe);
    if (!segment) return { status: 'refused', code: 'segment_unreadable', next: 'start_new_chain', from: 0, to: 0 };
    const { from, to, head } = segment.claims;
    const chain = this.chains.get(device.device) ?? [];
    const span = { from, to };
    if (from > chain.length + 1) {
      const follows = this.quarantined.some((one) => one.claims.head === segment.claims.prev);
      return follows ? this.fork(segment, span) : { status: 'gap', code: 'chain_gap', next: 'resend_from_head', ...span };
    }
    const known = chain.slice(from - 1, to).map((one) => one.hash);
    const forked = known.some((hash, at) => hash !== segment.hashes[at]) || segment.claims.prev !== (chain[from - 2]?.hash ?? GENESIS);
    if (forked) return this.fork(segment, span);
    if (to <= chain.length) return { status: 'duplicate', code: 'duplicate', next: 'none', ...span, receipt: chain[to - 1].receipt };
    const receipt = await this.sign({ device: device.device, from, to, head, log_index: this.entries.length + 1, at: this.at() });
    const fresh = segment.lines.slice(chain.length - from + 1).map((line, at) => (
      { line, hash: segment.hashes[chain.length - from + 1 + at], receipt }));
    this.chains.set(device.device, [...chain, ...fresh]);
    this.entries.push(segment);
    return { status: 'accepted', code: 'ok', next: 'none', ...span, receipt };
  }

  fork(segment, span) {
    this.quarantined.push(segment);
    return { status: 'conflict', code: 'chain_forked', next: 'start_new_chain', ...span };
  }

  async verified(device, jwe) {
    try {
      const payload = JSON.parse(await openJwe(jwe, this.enc.privateKey));
      const claims = await crypto_.verify(payload.signature, device.signing, 'fc-segment');
      const hashes = await Promise.all(payload.lines.map((line) => crypto_.sha256(line)));
      return claims && hashes.at(-1) === claims.head ? { ...payload, claims, hashes, device: device.device } : null;
    } catch {
      return null;
    }
  }

  /** Every message held of every chain, parsed. */
  messages() {
    return [...this.chains.values()].flat().map(({ line }) => JSON.parse(line));
  }

  begin({ headers }) {
    const sealed = fromUtf8(fromBase64url(headers['Upload-Metadata'].split(',')[0].split(' ')[1].replace(/=+$/, '')));
    const length = Number(headers['Upload-Length']);
    const known = [...this.uploads.values()].find((one) => one.sealed === sealed);
    const id = known?.id ?? `u${this.uploads.size + 1}`;
    if (!known) this.uploads.set(id, { id, sealed, length, bytes: new Uint8Array(0) });
    const offset = this.photos.has(sealed) ? length : this.uploads.get(id).bytes.length;
    return reply(201, '', { Location: `https://inner.example/api/v1/photos/${id}`, 'Upload-Offset': String(offset) });
  }

  async upload({ method, headers, body }, id) {
    const upload = this.uploads.get(id);
    if (!upload) return reply(404, { code: 'upload_unknown', next: '' });
    if (method === 'PATCH') {
      if (Number(headers['Upload-Offset']) !== upload.bytes.length) return reply(409, { code: 'upload_offset_wrong', next: '' });
      upload.bytes = joined(upload.bytes, new Uint8Array(body));
      if (upload.bytes.length === upload.length) await this.finish(upload);
    }
    return reply(method === 'HEAD' ? 200 : 204, '', { 'Upload-Offset': String(upload.bytes.length) });
  }

  async finish({ id, sealed, bytes }) {
    if (await crypto_.sha256(bytes) === sealed) this.photos.set(sealed, bytes);
    else this.uploads.delete(id);
  }

  async photoReceipt({ device }, sealed) {
    const bytes = this.photos.get(sealed);
    if (!bytes) return reply(404, { code: 'photo_not_held', next: '' });
    const message = this.messages().find((one) => one.body.sealed_sha256 === sealed);
    if (!message) return reply(409, { code: 'photo_waits_for_message', next: '' });
    return reply(200, { receipt: await this.sign({ device, photo: sealed, size: bytes.length, verified: true, at: this.at() }) });
  }

  sign(claims) {
    return crypto_.sign(claims, 'fc-receipt', this.sig);
  }

  at() {
    return new Date(this.now).toISOString();
  }
}

function bearer({ headers }) {
  return headers?.Authorization?.replace('Bearer ', '') ?? '';
}

function issuer(request) {
  return JSON.parse(fromUtf8(fromBase64url(bearer(request).split('.')[1]))).iss;
}

function reply(status, body, headers = {}) {
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { status, text: typeof body === 'string' ? body : JSON.stringify(body), header: (name) => named[name.toLowerCase()] ?? null };
}

/** A golden test key as a signer. */
export async function goldenSigner(jwk) {
  const { kty, crv, x, y, d } = jwk;
  const privateKey = await subtle.importKey('jwk', { kty, crv, x, y, d }, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  return { privateKey, kid: await crypto_.thumbprint(jwk) };
}
