/** What was committed just as the connection was lost is done, and is said to be done. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { visitReopened, visitSealed } from '../../static/js/model/visit_events.js';
import { withDatabase, writing } from '../../static/js/store/database.js';
import { draftKeys, draftsUnder, interviewKey, interviewsOf, visitedKey, writeDraft } from '../../static/js/store/drafts.js';
import { changeSecret, setLock, unlock } from '../../static/js/store/locking.js';
import { counts, offerPhotosAgain, photosToSend } from '../../static/js/store/outbox.js';
import { save } from '../../static/js/store/record.js';
import { isLocked, readLock, shutVault } from '../../static/js/store/vault.js';
import { DECLARED, enrolledPhone, newPhone, openVisit, SECRET, takePhoto, VISIT } from './phone.js';

globalThis.window = Object.assign(new EventTarget(), { matchMedia: () => ({ matches: false }) });
globalThis.navigator ??= {};
const { abandonScreen } = await import('../../static/js/ui/abandon_screen.js');

/** The nth write over a store is committed, and its connection is gone before anybody hears so. */
async function lostAfter(store, nth, work) {
  const { prototype } = globalThis.IDBDatabase;
  const { transaction } = prototype;
  let n = 0;
  prototype.transaction = function lossy(...given) {
    const tx = transaction.apply(this, given);
    if (given[1] !== 'readwrite' || ![given[0]].flat().includes(store) || (n += 1) !== nth) return tx;
    const { addEventListener } = tx;
    const aborted = [];
    tx.addEventListener = (type, heard, ...more) => {
      if (type === 'abort') aborted.push(heard);
      if (type !== 'complete') return addEventListener.call(tx, type, heard, ...more);
      return addEventListener.call(tx, 'complete', () => setTimeout(() => {
        tx.error = new DOMException('Connection to Indexed Database server lost', 'UnknownError');
        for (const told of aborted) told.call(tx, { type: 'abort', target: tx });
      }, 1));
    };
    return tx;
  };
  try {
    return await work();
  } finally {
    prototype.transaction = transaction;
    assert.ok(n >= nth, 'the connection was lost');
  }
}

test('a PIN whose change was committed as the connection was lost is said to be changed', async () => {
  const phone = await enrolledPhone();
  // The first write counts the try.
  assert.equal(await lostAfter('lock', 2, () => changeSecret(phone.ports, SECRET, 'another wind here', { rounds: 1 })), 'changed');
  shutVault();
  assert.equal(await unlock(phone.ports, SECRET), 'wrong');
  assert.equal(await unlock(phone.ports, 'another wind here'), 'open');
});

test('a lock that was committed as the connection was lost is set, and open', async () => {
  const phone = await newPhone();
  await lostAfter('lock', 1, () => setLock(phone.ports, SECRET, { rounds: 1 }));
  assert.equal(await isLocked(), false);
  shutVault();
  assert.equal(await unlock(phone.ports, SECRET), 'open');
});

test('tries of two windows add up', async () => {
  const phone = await enrolledPhone();
  shutVault();
  await Promise.all([1, 2, 3, 4].map(() => unlock(phone.ports, 'a wrong wind here')));
  assert.equal((await readLock()).tries, 4);
});

test('a draft that no key opens any more is no draft, and its key is named all the same', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const key = interviewKey(VISIT, 'late');
  await writeDraft(key, { level: 'household' });
  const row = await withDatabase((db) => db.get('drafts', key));
  await save(phone.ports, VISIT, (open) => ({ facts: [visitSealed(open, DECLARED, [])], dropDrafts: [key] }));
  await save(phone.ports, VISIT, () => ({ facts: [visitReopened('0'.repeat(64))] }));
  await writing(['drafts'], (tx) => tx.put('drafts', row, key));
  assert.deepEqual(await draftsUnder(interviewsOf(VISIT)), []);
  assert.deepEqual(await draftKeys(interviewsOf(VISIT)), [key]);
});

test('a photo offered again whose message is held waits alone and is counted, once however often it is named', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const name = await takePhoto(phone);
  await phone.sync();
  assert.deepEqual(await counts(), { saved: 2, waiting: 0, arrived: 2 });
  await offerPhotosAgain([name, name]);
  assert.deepEqual([await counts(), (await photosToSend()).length], [{ saved: 2, waiting: 1, arrived: 1 }, 1]);
  await phone.sync();
  assert.deepEqual(await counts(), { saved: 2, waiting: 0, arrived: 2 });
});

test('an abandoned visit takes its mark with it, and leaves that of another visit', async () => {
  for (const [marked, left] of [[VISIT, []], ['another', ['visited:a1']]]) {
    const phone = await enrolledPhone();
    const visit = await openVisit(phone);
    await writeDraft(visitedKey('a1'), marked);
    const app = { save: (id, change) => save(phone.ports, id, change), say: () => {}, go: async () => {}, shown: {}, t: (key) => key, act: (work) => work() };
    const { thumb } = abandonScreen.view(app, { visit, reason: 'DEMO: flooded road' });
    await pressed(thumb);
    assert.deepEqual(await draftKeys('visited:'), left);
  }
});

/** Presses the first button of a template. */
function pressed({ values }) {
  const press = values[0].values.find((value) => typeof value === 'function');
  return press();
}
