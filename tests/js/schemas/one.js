/**
 * A phone's database as schema 1 left it (2026-11, app 0.1), made with the browser's own calls and never through the
 * app's code. Frozen: this is what lies on phones in the field.
 */

export const STORES = {
  devices: { keyPath: 'device' },
  segments: { keyPath: ['device', 'from'], indexes: ['waiting', 'visit'] },
  segment_bodies: {},
  photos: { keyPath: 'sealed', indexes: ['waiting', 'alone', 'held', 'visit'] },
  photo_bytes: {},
  visits: { keyPath: 'visit' },
  drafts: {},
  settings: {},
  checklists: { keyPath: 'version' },
};

export const VISIT = '0193a5a0-0000-7000-8000-00000000b001';
const DEVICE = '0193a5a0-0000-7000-8000-00000000d001';
const KEY = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };

const segment = (from, more) => ({
  device: DEVICE, from, to: from, head: String(from).repeat(64), visit: VISIT, photos: [], bytes: 9, made_at: '2026-11-23T01:00:00.000Z',
  receipt: null, stuck: null, ...more,
});

/** Every record that the fixture holds: store → [key where the store has none of its own, value]. */
export const CONTENT = {
  devices: [[undefined, {
    device: DEVICE, name: 'demo', inspector: { id: 'i', name: '演示', team: 'A' }, server: { sig: KEY, enc: KEY },
    signing: { kid: 's' }, transport: { kid: 't' }, head: { seq: 3, hash: '3'.repeat(64) }, closed: false, predecessor: null,
  }]],
  segments: [[undefined, segment(1, { receipt: 'r1' })], [undefined, segment(2, { waiting: 1, photos: ['p1'] })], [undefined, segment(3, { waiting: 1, stuck: 'chain_forked' })]],
  segment_bodies: [[[DEVICE, 1], 'body.1'], [[DEVICE, 2], 'body.2'], [[DEVICE, 3], 'body.3']],
  photos: [[undefined, {
    sealed: 'p1', kind: 'place', visit: VISIT, device: DEVICE, from: 2, size: 4, taken_at: '2026-11-23T01:01:00.000Z',
    upload: '/api/v1/photos/u1', receipt: null, stuck: null, waiting: 1, held: 1,
  }]],
  photo_bytes: [['p1', Uint8Array.of(1, 2, 3, 4).buffer]],
  visits: [[undefined, { visit: VISIT, state: 'open', unit: 'u1', households: [], photos: [], answers: {}, place: { unit_name: '演示镇' } }]],
  drafts: [['here', { screen: 'visit', params: { visit: VISIT } }], [`note:${VISIT}`, { fact: '演示' }]],
  settings: [['device', DEVICE], ['clock', { offset_ms: 5, at: 0 }], ['pack', { pack: { cursor: 'c1', checklist: { version: '2026-1' } }, etag: '"1"' }]],
  checklists: [[undefined, { version: '2026-1', questions: [] }]],
};

/** Makes the database `fieldcheck` in version 1, with its content. */
export function makeSchemaOne() {
  return new Promise((resolve, reject) => {
    const request = globalThis.indexedDB.open('fieldcheck', 1);
    request.onerror = () => reject(request.error);
    request.onupgradeneeded = () => {
      for (const [name, { keyPath, indexes = [] }] of Object.entries(STORES)) {
        const store = request.result.createObjectStore(name, keyPath && { keyPath });
        for (const index of indexes) store.createIndex(index, index);
        for (const [key, value] of CONTENT[name]) store.put(value, key);
      }
    };
    request.onsuccess = () => resolve(void request.result.close());
  });
}
