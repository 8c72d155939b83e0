/** The phone's database: upgraded from every released schema without loss, opened anew when lost, full without half a write. */

import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Fault } from '../../static/js/model/fault.js';
import { onBlocked, reading, SCHEMA, withDatabase, writing } from '../../static/js/store/database.js';
import { currentDevice } from '../../static/js/store/devices.js';
import { readDraft, tellable, writeDraft } from '../../static/js/store/drafts.js';
import { bodiesOf, counts, photoBytes, photosToSend, segmentsOf, stuckItems, waitingAmong, waitingBytes, waitingCounts, waitingWork } from '../../static/js/store/outbox.js';
import { readChecklist, readPack } from '../../static/js/store/pack.js';
import { readSetting, writeSetting } from '../../static/js/store/settings.js';
import { anyVisitOpen, newestVisits, newestWaiting, openVisits, readVisit } from '../../static/js/store/visits.js';
import { webCrypto } from '../../static/js/device/crypto.js';
import { unlock } from '../../static/js/store/locking.js';
import { shutVault, signingKey } from '../../static/js/store/vault.js';
import { CONTENT, makeSchemaOne, VISIT } from './schemas/one.js';
import { makeSchemaFour } from './schemas/four.js';
import { makeSchemaThree } from './schemas/three.js';
import { makeSchemaTwo, SECRET } from './schemas/two.js';

/** One maker for each schema that ever lay on a phone, in order; a new schema needs the fixture of the one before. */
const RELEASED = [makeSchemaOne, makeSchemaTwo, makeSchemaThree, makeSchemaFour];

const visitsWaiting = (visits) => reading(['segments', 'photos'], (tx) => waitingAmong(tx, visits));

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

test('a connection that cannot be opened, or is lost between two operations, is opened once more', async () => {
  const seen = losing(1);
  await writeSetting('x', 1);
  assert.equal(seen.opened, 2);
  await withDatabase(async (db) => db.close());
  assert.equal(await readSetting('x'), 1);
  assert.equal(seen.opened, 3);
});

test('what is asked within a moment shares a connection, which is closed when nothing has been asked for one', async (t) => {
  const seen = losing(0);
  const timers = [];
  t.mock.method(globalThis, 'setTimeout', (done) => timers.push(done));
  t.mock.method(globalThis, 'clearTimeout', (timer) => { timers[timer - 1] = null; });
  const closed = [];
  await withDatabase(async (db) => {
    const { close } = db;
    db.close = () => closed.push(close.call(db));
  });
  assert.deepEqual(await Promise.all([readSetting('y'), writeSetting('x', 2)]), [undefined, undefined]);
  assert.deepEqual([await readSetting('x'), seen.opened, closed.length], [2, 1, 0]);
  for (const done of timers) done?.();
  await Promise.resolve();
  assert.equal(closed.length, 1);
  assert.deepEqual([await readSetting('x'), seen.opened], [2, 2]);
});

test('what is read at the same time shares one transaction, and one that fails fails alone', async () => {
  losing(0);
  await writeSetting('x', 1);
  const begun = [];
  await withDatabase(async (db) => {
    const { transaction } = db;
    db.transaction = (...given) => {
      begun.push(given[0].toSorted());
      return transaction.apply(db, given);
    };
  });
  const wrong = reading(['settings'], async () => { throw new Fault('locked'); });
  const came = await Promise.allSettled([readSetting('x'), wrong, readDraft('none'), anyVisitOpen()]);
  assert.deepEqual(came.map((one) => one.value ?? one.reason?.code), [1, 'locked', undefined, false]);
  assert.deepEqual(begun, [['drafts', 'settings', 'visits']]);
});

test('what is read together survives a lost connection together', async () => {
  const seen = losing(0);
  await writeSetting('x', 1);
  await withDatabase(async (db) => db.close());
  assert.deepEqual(await Promise.all([readSetting('x'), anyVisitOpen(), readSetting('y')]), [1, false, undefined]);
  let losses = 1;
  const lostOnce = reading(['settings'], async (tx) => {
    if (losses-- > 0) throw new DOMException('Connection to Indexed Database server lost', 'UnknownError');
    return tx.objectStore('settings').get('x');
  });
  assert.deepEqual([await Promise.all([lostOnce, readSetting('x')]), seen.opened], [[1, 1], 3]);
});

test('whose question another has taken along asks nothing and rejects nobody', async () => {
  losing(0);
  await writeSetting('x', 1);
  for (let ticks = 0; ticks < 12; ticks += 1) {
    let losses = 1;
    const later = [];
    const begun = [];
    const { open } = globalThis.indexedDB;
    // The second question comes while the first one's fresh connection is under way, the third some steps after it stands.
    globalThis.indexedDB.open = (...given) => {
      queueMicrotask(() => {
        later.push(readSetting('x'));
        later.push(withDatabase(async (db) => {
          const { transaction } = db;
          db.transaction = (...asked) => (begun.push(asked[0]), transaction.apply(db, asked));
          for (let n = 0; n < ticks; n += 1) await null;
          return readSetting('x');
        }));
      });
      return open.apply(globalThis.indexedDB, given);
    };
    const first = reading(['settings'], async (tx) => {
      if (losses-- > 0) throw new DOMException('Connection to Indexed Database server lost', 'UnknownError');
      return tx.objectStore('settings').get('x');
    });
    assert.equal(await first, 1);
    assert.deepEqual(await Promise.all(later), later.map(() => 1), `after ${ticks}`);
    assert.ok(begun.every((stores) => stores.length > 0));
    globalThis.indexedDB.open = open;
  }
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

/** Lets the indexes of an upgrade meet a full disk as a browser tells it: the request fails, or all of it at the end. */
const FULL_UPGRADES = {
  'at an index': () => { throw new DOMException('', 'QuotaExceededError'); },
  'at the end': (tx) => queueMicrotask(() => tx._state === 'finished' || tx._abort('QuotaExceededError')),
};

for (const [when, full] of Object.entries(FULL_UPGRADES)) {
  test(`an upgrade that finds the disk full ${when} says so, and goes through once there is room`, async () => {
    globalThis.indexedDB = new IDBFactory();
    await makeSchemaThree();
    const stores = globalThis.IDBObjectStore.prototype;
    const { createIndex } = stores;
    stores.createIndex = function filling() { return full(this.transaction); };
    await assert.rejects(Promise.all([currentDevice(), readSetting('x')]), { code: 'storage_full' }).finally(() => {
      stores.createIndex = createIndex;
    });
    assert.equal((await globalThis.indexedDB.databases())[0].version, 3);
    assert.equal((await counts()).saved, 3);
  });
}

test('a blocked upgrade is told, and goes on once the other window has let go', async () => {
  globalThis.indexedDB = new IDBFactory();
  await makeSchemaThree();
  const other = await new Promise((resolve) => {
    const request = globalThis.indexedDB.open('fieldcheck');
    request.onsuccess = () => resolve(request.result);
  });
  const told = new Promise((resolve) => { onBlocked(() => resolve('told')); });
  const read = counts();
  assert.equal(await Promise.race([told, read]), 'told');
  other.close();
  assert.equal((await read).saved, 3);
});

test('a letter that could not be written is told whatever the reason', async () => {
  shutVault();
  globalThis.indexedDB = new IDBFactory();
  const stores = globalThis.IDBObjectStore.prototype;
  const { put } = stores;
  for (const [name, code] of [['QuotaExceededError', 'storage_full'], ['DataError', 'draft_unwritten'], ['AbortError', 'draft_unwritten']]) {
    stores.put = () => { throw new DOMException('', name); };
    const refused = writeDraft('note:x', 'letter');
    await assert.rejects(refused, (fault) => fault instanceof Fault && fault.code === code && tellable(fault), name).finally(() => { stores.put = put; });
  }
  await writeDraft('note:x', 'the next one');
  assert.equal(await readDraft('note:x'), 'the next one');
  assert.ok(!tellable(new Fault('locked')), 'what was only read is nobody\'s letter');
  assert.ok(!tellable(new DOMException('', 'AbortError')));
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

test('a visit under way is found however many newer ones lie above it', async () => {
  globalThis.indexedDB = new IDBFactory();
  shutVault();
  const ids = Array.from({ length: 40 }, (_none, at) => `0193a5a0-0000-7000-8000-${String(at).padStart(12, '0')}`);
  const kept = (visit, at) => ({
    visit, state: at < 2 ? 'open' : 'sealed', unit: 'u', households: [], photos: [], answers: {}, place: { unit_name: '演示镇' } });
  await writing(['visits'], (tx) => ids.map(kept).forEach((row) => tx.put('visits', row)));
  assert.deepEqual((await openVisits()).map((one) => one.visit), [ids[1], ids[0]]);
});

test('the newest visits are read on from any one of them, none twice and none left out', async () => {
  globalThis.indexedDB = new IDBFactory();
  shutVault();
  const ids = Array.from({ length: 45 }, (_none, at) => `0193a5a0-0000-7000-8000-${String(at).padStart(12, '0')}`);
  await writing(['visits'], (tx) => ids.forEach((visit) => tx.put('visits', { visit, state: 'sealed', households: [], photos: [], place: {} })));
  const seen = [];
  await writing(['photos'], (tx) => tx.put('photos', { sealed: 'p', visit: ids[3], waiting: 1 }));
  for (let part = await newestWaiting(20); part.length; part = await newestWaiting(20, seen.at(-1).visit.visit)) seen.push(...part);
  assert.deepEqual(seen.map((one) => one.visit.visit), ids.toReversed());
  assert.deepEqual(seen.filter((one) => one.waiting).map((one) => one.visit.visit), [ids[3]]);
});

test('what waits is counted, dated and added up in parts as if all of it had been read', async () => {
  globalThis.indexedDB = new IDBFactory();
  assert.deepEqual([await waitingCounts(), await waitingBytes()], [{ segments: 0, photos: 0, oldest_at: null }, 0]);
  globalThis.indexedDB = new IDBFactory();
  const at = (n) => `2026-11-23T0${n % 10}:00:00.000Z`;
  await writing(['segments', 'photos'], (tx) => {
    for (let n = 0; n < 450; n += 1) {
      const waits = n % 3 ? { waiting: 1 } : {};
      tx.put('segments', { device: `d${n % 2}`, from: n, visit: 'v', bytes: n, made_at: at(n), stuck: n % 30 === 1 ? 'segment_unreadable' : null, ...waits });
      tx.put('photos', { sealed: `p${n}`, visit: 'v', size: 7, taken_at: at(n), stuck: n % 30 === 0 ? 'gone' : null, ...waits, ...(n % 5 && waits.waiting && { alone: 1 }) });
    }
  });
  const { segments, photos, bytes, oldest_at } = await waitingWork();
  assert.deepEqual(await waitingCounts(), { segments, photos, oldest_at });
  assert.equal(await waitingBytes(), bytes);
  const stuck = await stuckItems(4);
  assert.deepEqual([stuck.segments.length, stuck.photos.length, stuck.n], [4, 0, 15], 'what has arrived is not stuck, whatever was said of it before');
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
