/** A phone for tests: real crypto, fake IndexedDB, a clock that is set, the test server as its network. */

import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { readFileSync } from 'node:fs';

import { webCrypto } from '../../static/js/device/crypto.js';
import { exclusive, unlessBusy } from '../../static/js/device/locks.js';
import { photoTaken, visitOpened } from '../../static/js/model/visit_events.js';
import { setLock } from '../../static/js/store/locking.js';
import { save } from '../../static/js/store/record.js';
import { shutVault } from '../../static/js/store/vault.js';
import { enrolByToken } from '../../static/js/sync/enrol.js';
import { syncRound } from '../../static/js/sync/round.js';
import { FakeServer } from './server_side.js';

export const ORIGIN = 'https://fieldcheck.example';
export const VISIT = '0193a5a0-0000-7000-8000-00000000b001';
export const DECLARED = { not_notified: true, not_escorted: true, direct_entry: true };
export const PLACE = { unit_name: '演示镇', county_name: '演示县' };

/** The project's own checklist. */
export const CHECKLIST = JSON.parse(readFileSync(new URL(
  '../../fieldcheck/checklist_data/2026-1.json', import.meta.url), 'utf8'));

/** A fresh phone, not enrolled, before a fresh server. */
export async function newPhone() {
  globalThis.indexedDB = new IDBFactory();
  shutVault();
  const server = await FakeServer.start();
  const clock = { at: Date.parse('2026-11-23T01:00:00Z'), now: () => clock.at, mono: () => 1000, session: 'session-1' };
  const ports = { crypto: webCrypto(), clock, exclusive };
  const link = { transport: server.transport, origin: ORIGIN };
  const sync = (alone = unlessBusy) => syncRound({
    ports, server: link, unlessBusy: alone, app: 'test', onProgress: () => {},
    storage: async () => ({ persisted: true, usage: null, quota: null }),
  });
  return { ports, server, clock, link, sync };
}

export const SECRET = 'demo wind over rice';

/** An enrolled phone, its vault open; one round of PBKDF2, for a test has no time. */
export async function enrolledPhone() {
  const phone = await newPhone();
  await setLock(phone.ports, SECRET, { rounds: 1 });
  await enrolByToken(phone.ports, phone.link, { token: 'TOKEN', name: 'test phone' });
  return phone;
}

export const OPENED = visitOpened({
  assignment: 'a1', round: 'r1', unit: 'u1', village: null, team: 'A', checklist: '2026-1', app: 'test', declarations: DECLARED,
});

/** Opens the visit of the tests. */
export function openVisit({ ports }, visit = VISIT) {
  return save(ports, visit, () => ({ facts: [OPENED] }), PLACE);
}

/** Takes and records a photo of `size` bytes; returns its sealed name. */
export async function takePhoto({ ports }, { size = 1000, kind = 'place', household = null } = {}, visit = VISIT) {
  const jpeg = new Uint8Array(size).fill(7).buffer;
  const { key, sealed } = await ports.crypto.sealPhoto(jpeg);
  const name = await ports.crypto.sha256(sealed);
  const fact = photoTaken({
    photo: ports.crypto.uuid(), sha256: await ports.crypto.sha256(jpeg), size, sealed_sha256: name,
    sealed_size: sealed.byteLength, key, width: 10, height: 10, kind, household, taken_at: '2026-11-23T01:00:00.000Z', source: 'camera',
  });
  await save(ports, visit, () => ({ facts: [fact], photos: [{ sealed: name, kind, bytes: sealed }] }));
  return name;
}
