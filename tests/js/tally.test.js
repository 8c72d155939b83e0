/** The three counts are kept, not counted: whatever changes a record or a photo changes them in the same transaction. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { writing } from '../../static/js/store/database.js';
import { counts, freePhotos, keepPhoto, keepSegment, offerPhotosAgain, segmentsOf, tryStuckAgain } from '../../static/js/store/outbox.js';
import { currentDevice } from '../../static/js/store/devices.js';
import { readTally } from '../../static/js/store/tally.js';
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
