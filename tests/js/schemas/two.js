/**
 * A phone's database as schema 2 left it (2026-11-25, app 0.1): what schema 1 held, concealed under a data key that the
 * passphrase SECRET opens. Made with the browser's own calls and never through the app's code. Frozen.
 */

import { CONTENT as ONE, STORES, VISIT } from './one.js';

export { VISIT };
export const SECRET = 'demo wind over rice';

const SALT = new Uint8Array(16).fill(5);
const utf8 = (text) => new TextEncoder().encode(text);

async function conceal(key, bytes, of) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { concealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(of) }, key, bytes), iv };
}

async function made() {
  const raw = new Uint8Array(32).fill(6);
  const typed = await crypto.subtle.importKey('raw', utf8(SECRET), 'PBKDF2', false, ['deriveKey']);
  const wrapping = await crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt: SALT, iterations: 1 }, typed, { name: 'AES-GCM', length: 256 }, false, ['encrypt']);
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt']);
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', pair.privateKey);
  const json = (value, of) => conceal(key, utf8(JSON.stringify(value)), of);
  const { name, inspector, signing, ...device } = ONE.devices[0][1];
  const visit = ONE.visits[0][1];
  const [here, note] = ONE.drafts;
  const pack = ONE.settings[2][1];
  return {
    ...ONE,
    devices: [[undefined, {
      ...device, signing: { kid: signing.kid, wrapped: await conceal(key, pkcs8, 'signing key') },
      who: await json({ name, inspector }, 'who'),
    }]],
    visits: [[undefined, { visit: VISIT, state: 'open', urgent: false, body: await json(visit, `visit ${VISIT}`) }]],
    drafts: [[here[0], await json(here[1], `draft ${here[0]}`)], [note[0], await json(note[1], `draft ${note[0]}`)]],
    settings: [ONE.settings[0], ONE.settings[1], ['pack', { pack: await json(pack.pack, 'pack'), etag: pack.etag }]],
    checklists: [[undefined, { version: '2026-1', body: await json(ONE.checklists[0][1], 'checklist 2026-1') }]],
    lock: [['lock', {
      rounds: 1, salt: SALT, key: await conceal(wrapping, raw, 'data key'), kind: 'passphrase', tries: 0, tried_at: 0,
    }]],
  };
}

/** Makes the database `fieldcheck` in version 2, with its content. */
export async function makeSchemaTwo() {
  const content = await made();
  await new Promise((resolve, reject) => {
    const request = globalThis.indexedDB.open('fieldcheck', 2);
    request.onerror = () => reject(request.error);
    request.onupgradeneeded = () => {
      for (const [name, { keyPath, indexes = [] }] of Object.entries({ ...STORES, lock: {} })) {
        const store = request.result.createObjectStore(name, keyPath && { keyPath });
        for (const index of indexes) store.createIndex(index, index);
        for (const [key, value] of content[name]) store.put(value, key);
      }
    };
    request.onsuccess = () => resolve(void request.result.close());
  });
}
