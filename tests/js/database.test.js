/** The phone's database: upgraded from every released schema without loss, opened anew when lost, full without half a write. */

import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SCHEMA, withDatabase, writing } from '../../static/js/store/database.js';
import { currentDevice } from '../../static/js/store/devices.js';
import { readDraft, writeDraft } from '../../static/js/store/drafts.js';
import { bodiesOf, counts, photoBytes, photosToSend, segmentsOf, stuckItems, visitsWaiting } from '../../static/js/store/outbox.js';
import { readChecklist, readPack } from '../../static/js/store/pack.js';
import { readSetting, writeSetting } from '../../static/js/store/settings.js';
import { anyVisitOpen, newestVisits, readVisit } from '../../static/js/store/visits.js';
import { webCrypto } from '../../static/js/device/crypto.js';
import { unlock } from '../../static/js/store/locking.js';
import { shutVault, signingKey } from '../../static/js/store/vault.js';
import { CONTENT, makeSchemaOne, VISIT } from './schemas/one.js';
import { makeSchemaThree } from './schemas/three.js';
import { makeSchemaTwo, SECRET } from './schemas/two.js';

/** One maker for each schema that ever lay on a phone, in order; a new schema needs the fixture of the one before. */
const RELEASED = [makeSchemaOne, makeSchemaTwo, makeSchemaThree];

const shape = () => withDatabase(async (db) => Object.fromEntries([...db.objectStoreNames].map((name) => {
  const { keyPath, indexNames } = db.transaction(name).store;
  return [name, { keyPath, indexes: [...indexNames] }];
})));

const everything = () => withDatabase(async (db) => Object.fromEntries(await Promise.all(Object.keys(CONTENT).map(
  async (name) => [name, (await db.getAll(name)).length]))));

test('every released schema has a fixture', () => {
  assert.equal(RELEASED.length, SCHEMA);
});

for (const [at, make] of RELEASED.entries()) {
  test(`a phone of schema ${at + 1} keeps all it holds, in the shape that a fresh phone has`, async () => {
    globalThis.indexedDB = new IDBFactory();
    const fresh = await shape();
    globalThis.indexedDB = new IDBFactory();
    await make();
    assert.deepEqual(await shape(), fresh);
    shutVault();
    assert.equal(await unlock({ crypto: webCrypto(), clock: { now: () => 0 } }, SECRET), 'open');
    for (const [name, rows] of Object.entries(CONTENT)) assert.equal((await everything())[name], rows.length, name);
    const device = await currentDevice();
    assert.equal(device.inspector.name, '演示');
    if (at > 0) assert.equal((await signingKey(device.signing)).privateKey.extractable, false);
    assert.deepEqual(device.head, { seq: 3, hash: '3'.repeat(64) });
    assert.deepEqual(await counts(), { saved: 3, waiting: 2, arrived: 1 });
    assert.deepEqual(await bodiesOf(await segmentsOf(device.device)), ['body.1', 'body.2', 'body.3']);
    assert.deepEqual([...new Uint8Array(await photoBytes('p1'))], [1, 2, 3, 4]);
    assert.equal((await photosToSend())[0].upload, '/api/v1/photos/u1');
    assert.equal((await stuckItems()).segments[0].stuck, 'chain_forked');
    assert.equal((await readVisit(VISIT)).state, 'open');
    assert.equal(await anyVisitOpen(), true);
    assert.deepEqual(await visitsWaiting([VISIT, 'another']), new Set([VISIT]));
    assert.deepEqual(await readDraft('here'), { screen: 'visit', params: { visit: VISIT } });
    assert.equal((await readPack()).pack.cursor, 'c1');
    assert.equal((await readChecklist('2026-1')).version, '2026-1');
  });
}

test('an older app leaves a newer store alone and says why', async () => {
  globalThis.indexedDB = new IDBFactory();
  await new Promise((resolve) => {
    const request = globalThis.indexedDB.open('fieldcheck', SCHEMA + 1);
    request.onsuccess = () => resolve(request.result.close());
  });
  await assert.rejects(readSetting('x'), { code: 'store_newer' });
});

/** Makes the next `failures` calls of `open` fail as a browser does that lost its database process. */
function losing(failures, name = 'UnknownError') {
  globalThis.indexedDB = new IDBFactory();
  const { open } = globalThis.indexedDB;
  const seen = { opened: 0 };
  globalThis.indexedDB.open = function failing(...given) {
    seen.opened += 1;
    if (seen.opened <= failures) throw new DOMException('Connection to Indexed Database server lost', name);
    return open.apply(this, given);
  };
  return seen;
}

test('each operation has a connection of its own, and a lost one is opened once more', async () => {
  const seen = losing(1);
  await writeSetting('x', 1);
  assert.equal(seen.opened, 2);
  assert.equal(await readSetting('x'), 1);
  assert.equal(seen.opened, 3);
});

test('operations at the same time share a connection, which is closed with the last of them', async () => {
  const seen = losing(0);
  const closed = [];
  const keep = withDatabase(async (db) => {
    const { close } = db;
    db.close = () => closed.push(close.call(db));
    await readSetting('x');
    assert.equal(closed.length, 0);
  });
  assert.deepEqual(await Promise.all([keep, readSetting('x'), writeSetting('x', 2)]), [undefined, undefined, undefined]);
  assert.deepEqual([seen.opened, await readSetting('x'), seen.opened], [1, 2, 2]);
});

test('a database that stays lost is told and not tried for ever, and any other fault not even twice', async () => {
  const lost = losing(9);
  await assert.rejects(readSetting('x'), { name: 'UnknownError' });
  assert.equal(lost.opened, 2);
  const other = losing(9, 'DataError');
  await assert.rejects(readSetting('x'), { name: 'DataError' });
  assert.equal(other.opened, 1);
});

test('a full disk is told in one way whatever is written, and nothing of the write stands', async () => {
  shutVault();
  globalThis.indexedDB = new IDBFactory();
  await writeDraft('d', 'before');
  await assert.rejects(writing(['drafts', 'settings'], (tx) => {
    tx.put('settings', 1, 'half');
    tx.put('drafts', 'after', 'd');
    throw new DOMException('', 'QuotaExceededError');
  }), { code: 'storage_full' });
  assert.equal(await readSetting('half'), undefined);
  assert.equal(await readDraft('d'), 'before');
});

test('the newest visits come first, as many as are asked for, and an open one is known among any number', async () => {
  globalThis.indexedDB = new IDBFactory();
  shutVault();
  assert.deepEqual([await newestVisits(30), await anyVisitOpen()], [[], false]);
  const ids = Array.from({ length: 40 }, (_none, at) => `0193a5a0-0000-7000-8000-${String(at).padStart(12, '0')}`);
  const kept = (state) => (visit) => ({ visit, state, unit: 'u', households: [], photos: [], answers: {}, place: { unit_name: '演示镇' } });
  await writing(['visits'], (tx) => ids.map(kept('sealed')).forEach((row) => tx.put('visits', row)));
  for (const most of [1, 30, 40, 50]) {
    assert.deepEqual((await newestVisits(most)).map((one) => one.visit), ids.toReversed().slice(0, most), String(most));
  }
  assert.equal(await anyVisitOpen(), false);
  await writing(['visits'], (tx) => tx.put('visits', kept('open')(ids[0])));
  assert.equal(await anyVisitOpen(), true);
});

test('a visit waits as long as its records or one of its photos do', async () => {
  globalThis.indexedDB = new IDBFactory();
  const segment = (visit, more) => ({ device: 'd', from: Number(visit.slice(1)), visit, ...more });
  await writing(['segments', 'photos'], (tx) => {
    tx.put('segments', segment('v1', { waiting: 1 }));
    tx.put('segments', segment('v2'));
    tx.put('segments', segment('v3'));
    tx.put('photos', { sealed: 'p2', visit: 'v2', waiting: 1, alone: 1 });
    tx.put('photos', { sealed: 'p3', visit: 'v3' });
  });
  assert.deepEqual(await visitsWaiting(['v1', 'v2', 'v3']), new Set(['v1', 'v2']));
  assert.deepEqual(await visitsWaiting([]), new Set());
  await writing(['segments', 'photos'], (tx) => {
    tx.put('segments', segment('v1'));
    tx.put('photos', { sealed: 'p2', visit: 'v2' });
  });
  assert.deepEqual(await visitsWaiting(['v1', 'v2', 'v3']), new Set());
});
