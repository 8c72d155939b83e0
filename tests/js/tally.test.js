/** The three counts are kept, not counted: whatever changes a record or a photo changes them in the same transaction. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { writing } from '../../static/js/store/database.js';
import { counts, freePhotos, keepPhoto, keepSegment, offerPhotosAgain, segmentsOf, tryStuckAgain } from '../../static/js/store/outbox.js';
import { currentDevice } from '../../static/js/store/devices.js';
import { readSetting } from '../../static/js/store/settings.js';
import { readTally, ROUNDS } from '../../static/js/store/tally.js';
import { enrolledPhone, openVisit, takePhoto } from './phone.js';

/** What the rows themselves say. */
const truth = () => writing(['segments', 'photos'], async (tx) => ({
  saved: await tx.count('segments'), segments: await tx.count('segments', 'waiting'),
  photos: await tx.count('photos', 'waiting'), alone: await tx.count('photos', 'alone'),
}), 'relaxed');

test('the first figures of a phone that kept none are counted, and a wrong one does not outlive the next round', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  assert.deepEqual(await readTally(), { saved: 1, segments: 1, photos: 0, alone: 0 });
  await writing(['settings'], (tx) => tx.put('settings', { saved: 9, segments: 9, photos: 9, alone: 9 }, 'tally'));
  assert.deepEqual(await counts(), { saved: 9, waiting: 18, arrived: -9 });
  await phone.sync();
  assert.deepEqual(await counts(), { saved: 1, waiting: 0, arrived: 1 });
});

/** Lets every write of the database meet something first. */
function meddling(before) {
  const stores = globalThis.IDBObjectStore.prototype;
  const { put } = stores;
  stores.put = function meddled(...given) {
    before(this.transaction);
    return put.apply(this, given);
  };
  return () => { stores.put = put; };
}

const fullDisk = () => meddling(() => { throw new DOMException('', 'QuotaExceededError'); });

test('a comparison that was not committed is made again, and one that was is not made at every round', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const wrong = { saved: 9, segments: 9, photos: 9, alone: 9 };
  const spoil = () => writing(['settings'], (tx) => tx.put('settings', wrong, 'tally'));
  const round = () => freePhotos(phone.clock.at);
  for (let n = 0; n <= ROUNDS; n += 1) await round();
  for (let n = 1; n < ROUNDS; n += 1) await round();
  await spoil();
  await round();
  assert.deepEqual(await readTally(), wrong, 'counting all rows is not for every round');
  const restore = meddling((tx) => tx.abort());
  await assert.rejects(round()).finally(restore);
  assert.deepEqual(await readTally(), wrong);
  await round();
  assert.deepEqual(await readTally(), await truth());
});

test('a full phone that has kept no figures yet is counted without writing, and still starts', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const restore = fullDisk();
  try {
    assert.deepEqual(await counts(), { saved: 1, waiting: 1, arrived: 0 });
  } finally {
    restore();
  }
  assert.equal(await readSetting('tally'), undefined);
  assert.deepEqual(await counts(), { saved: 1, waiting: 1, arrived: 0 });
  assert.deepEqual(await readSetting('tally'), await truth(), 'with room they are kept');
});

test('the figures hold after everything that can become of a record and a photo', async () => {
  const phone = await enrolledPhone();
  assert.deepEqual(await counts(), { saved: 0, waiting: 0, arrived: 0 });
  const holds = async (what) => assert.deepEqual(await readTally(), await truth(), what);
  await openVisit(phone);
  const names = [await takePhoto(phone), await takePhoto(phone, { size: 2000 })];
  await holds('saved');
  phone.server.fault = ({ path }) => (path.startsWith('/api/v1/photos') ? { status: 503, body: { code: 'internal' } } : null);
  await phone.sync();
  await holds('records have arrived, photos wait alone');
  assert.deepEqual(await counts(), { saved: 3, waiting: 2, arrived: 1 });
  phone.server.fault = () => null;
  await keepPhoto(names[0], { stuck: 'photo_not_an_image' });
  await tryStuckAgain();
  await holds('stuck, and tried again');
  await phone.sync();
  await holds('all has arrived');
  await offerPhotosAgain(names);
  await holds('offered again to a restored server');
  const [first] = await segmentsOf((await currentDevice()).device);
  await keepSegment({ ...first, receipt: null });
  await holds('a receipt is taken back');
  await keepSegment(first);
  await phone.sync();
  await freePhotos(phone.clock.at + 8 * 24 * 3600 * 1000);
  await holds('freed');
  assert.deepEqual(await counts(), { saved: 3, waiting: 0, arrived: 3 });
});
