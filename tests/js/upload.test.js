/** Photos travel in pieces; a broken link costs at most the piece that was on the way. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Fault } from '../../static/js/model/fault.js';
import { nextChunk, waitAfter } from '../../static/js/model/pace.js';
import { counts, freePhotos, keepPhoto, photoBytes, photosToSend, stuckItems, tryStuckAgain } from '../../static/js/store/outbox.js';
import { currentDevice } from '../../static/js/store/devices.js';
import { save } from '../../static/js/store/record.js';
import { callsOf } from '../../static/js/sync/calls.js';
import { uploadPhotos } from '../../static/js/sync/upload.js';
import { noted } from '../../static/js/model/visit_events.js';
import { enrolledPhone, openVisit, takePhoto, VISIT } from './phone.js';

const DAY = 24 * 3600 * 1000;

async function withPhotos(...sizes) {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const names = [];
  for (const size of sizes) names.push(await takePhoto(phone, { size }));
  return { phone, names };
}

/** The phone's one chain, as a round of sync hands it to the uploads. */
async function lineOf({ ports, link }) {
  const device = await currentDevice();
  return new Map([[device.device, { device, call: callsOf(ports, link, device) }]]);
}

/** Bytes that travelled in PATCH bodies. */
function countBytes(server) {
  let sent = 0;
  const { answer } = server;
  server.answer = function counting(request) {
    if (request.method === 'PATCH') sent += request.body.byteLength;
    return answer.call(this, request);
  };
  return () => sent;
}

test('a photo broken off at a piece goes on from the offset that the server names', async () => {
  const { phone } = await withPhotos(900 * 1024);
  const sent = countBytes(phone.server);
  let patches = 0;
  phone.server.fault = ({ method }) => {
    if (method !== 'PATCH') return;
    patches += 1;
    if (patches >= 2) throw new Fault('unreachable');
  };
  await phone.sync();
  assert.equal(phone.server.photos.size, 0);
  assert.deepEqual(await counts(), { saved: 2, waiting: 1, arrived: 1 }, 'its message has arrived, the photo waits alone');
  phone.server.fault = null;
  await phone.sync();
  assert.equal(phone.server.photos.size, 1);
  assert.equal(sent(), [...phone.server.photos.values()][0].length, 'no byte that arrived is sent twice');
  assert.equal((await counts()).waiting, 0);
});

test('a piece whose answer is lost is not sent again: the offset is asked', async () => {
  const { phone } = await withPhotos(600 * 1024);
  const sent = countBytes(phone.server);
  let lost = 1;
  phone.server.lostAnswer = ({ method }) => {
    if (method === 'PATCH' && lost > 0) {
      lost -= 1;
      throw new Fault('unreachable');
    }
  };
  await phone.sync();
  assert.equal(sent(), [...phone.server.photos.values()][0].length);
});

test('an upload the server has forgotten begins anew', async () => {
  const { phone, names } = await withPhotos(1000);
  await keepPhoto(names[0], { upload: '/api/v1/photos/gone' });
  await phone.sync();
  assert.equal(phone.server.photos.size, 1);
});

test('a photo that the server holds already completes without a byte', async () => {
  const { phone, names } = await withPhotos(1000);
  phone.server.photos.set(names[0], new Uint8Array(await photoBytes(names[0])));
  const sent = countBytes(phone.server);
  await phone.sync();
  assert.deepEqual([sent(), (await counts()).waiting], [0, 0]);
});

test('a refused photo is stepped over and listed, the others go on, and it can be tried again', async () => {
  const { phone, names } = await withPhotos(1000, 2000, 3000);
  phone.server.fault = ({ method, path, headers }) => {
    const first = Buffer.from(names[0]).toString('base64');
    if (method === 'POST' && path === '/api/v1/photos' && headers['Upload-Metadata'].includes(first)) {
      return { status: 415, body: { code: 'photo_not_an_image' } };
    }
  };
  await phone.sync();
  assert.equal(phone.server.photos.size, 2);
  assert.deepEqual((await stuckItems()).photos.map((one) => [one.sealed, one.stuck]), [[names[0], 'photo_not_an_image']]);
  phone.server.fault = null;
  await tryStuckAgain();
  await phone.sync();
  assert.equal((await counts()).waiting, 0);
});

test('a receipt that is not for these bytes does not free the photo', async () => {
  const { phone, names } = await withPhotos(1000);
  const { sign } = phone.server;
  phone.server.sign = function other(claims) {
    return sign.call(this, claims.photo ? { ...claims, size: claims.size + 1 } : claims);
  };
  await phone.sync();
  assert.equal((await stuckItems()).photos[0].stuck, 'receipt_invalid');
  await freePhotos(phone.clock.at + 30 * DAY);
  assert.ok(await photoBytes(names[0]));
});

test('a photo ahead of its message waits, is not stuck, and is not sent again', async () => {
  const { phone } = await withPhotos(1000);
  phone.server.fault = ({ path }) => (path.endsWith('/receipt') ? { status: 409, body: { code: 'photo_waits_for_message' } } : undefined);
  await phone.sync();
  assert.deepEqual([phone.server.photos.size, (await counts()).waiting, (await stuckItems()).photos], [1, 1, []]);
  phone.server.fault = null;
  const sent = countBytes(phone.server);
  await phone.sync();
  assert.deepEqual([sent(), (await counts()).waiting], [0, 0]);
});

test('bytes are given back only with both receipts and after a week', async () => {
  const { phone, names } = await withPhotos(1000);
  await freePhotos(phone.clock.at + 30 * DAY);
  assert.ok(await photoBytes(names[0]), 'without receipts nothing goes');
  await phone.sync();
  await freePhotos(phone.clock.at + 6 * DAY);
  assert.ok(await photoBytes(names[0]), 'a week is not over');
  await freePhotos(phone.clock.at + 8 * DAY);
  assert.equal(await photoBytes(names[0]), undefined);
  assert.deepEqual(await counts(), { saved: 2, waiting: 0, arrived: 2 }, 'what is known of it stays');
});

test('a photo on which the server stumbles each time does not keep the others back', async () => {
  const { phone, names } = await withPhotos(1000, 2000, 3000);
  phone.server.fault = ({ method, headers = {} }) => {
    const first = Buffer.from(names[0]).toString('base64');
    if (method === 'POST' && headers['Upload-Metadata']?.includes(first)) return { status: 500, body: { code: 'internal' } };
  };
  const outcome = await phone.sync();
  assert.deepEqual([phone.server.photos.size, outcome.code], [2, 'server_trouble']);
  assert.deepEqual((await photosToSend()).map((one) => one.sealed), [names[0]], 'it is tried again, and not listed as stuck');
});

test('a photo whose broken request is still at work on the server waits, is not stuck, and does not keep the others back', async () => {
  const { phone } = await withPhotos(1000, 2000, 3000);
  const [first] = await photosToSend();
  let broken = null;
  phone.server.fault = ({ method, path }) => {
    // The answer to HEAD has no body, so nothing but its status says why.
    if (method === 'HEAD' && path === broken) return { status: 423, body: '' };
    if (method !== 'PATCH' || broken) return undefined;
    broken = path;
    throw new Fault('unreachable');
  };
  const outcome = await phone.sync();
  assert.deepEqual([phone.server.photos.size, outcome.code], [2, 'server_trouble'], 'another round follows soon');
  assert.deepEqual([(await stuckItems()).photos, (await photosToSend()).map((one) => one.sealed)], [[], [first.sealed]]);
  phone.server.fault = null;
  await phone.sync();
  assert.deepEqual([phone.server.photos.size, (await counts()).waiting], [3, 0]);
});

for (const [status, code] of [[400, 'body_cut'], [404, 'upload_unknown'], [410, 'upload_expired'], [423, 'upload_locked']]) {
  test(`a piece answered with ${code} is followed by asking for the offset, and never leaves the photo stuck`, async () => {
    const { phone } = await withPhotos(1000);
    let left = 1;
    phone.server.fault = ({ method }) => (method === 'PATCH' && left-- > 0 ? { status, body: { code } } : undefined);
    await phone.sync();
    assert.deepEqual([phone.server.photos.size, (await counts()).waiting], [1, 0], 'in the same round');
    const other = await takePhoto(phone, { size: 2000 });
    left = Infinity;
    await phone.sync();
    assert.deepEqual([(await stuckItems()).photos, (await photosToSend()).map((one) => one.sealed)], [[], [other]]);
    left = 0;
    await phone.sync();
    assert.equal((await counts()).waiting, 0);
  });
}

test('a server in trouble is left alone after three photos', async () => {
  const { phone } = await withPhotos(10, 20, 30, 40, 50);
  let asked = 0;
  phone.server.fault = ({ method, path }) => {
    if (method !== 'POST' || path !== '/api/v1/photos') return;
    asked += 1;
    return { status: 500, body: { code: 'internal' } };
  };
  await phone.sync();
  assert.equal(asked, 3);
});

test('photos of a visit with something urgent go first', async () => {
  const { phone, names } = await withPhotos(10);
  const urgent = 'urgent-visit';
  await openVisit(phone, urgent);
  const later = await takePhoto(phone, { size: 20 }, urgent);
  await keepPhoto(names[0], { taken_at: '2020-01-01T00:00:00.000Z' });
  assert.deepEqual((await photosToSend()).map((one) => one.sealed), [...names, later]);
  await save(phone.ports, urgent, () => ({ facts: [noted({
    kind: 'finding', note: 'n1', level: 'village', household: null, question: null, topic: null, a9: null, severity: 'urgent', fact: 'x' }, [])] }));
  assert.deepEqual((await photosToSend()).map((one) => one.sealed), [later, ...names]);
});

test('what is recorded while photos travel arrives before the next photo', async () => {
  const { phone } = await withPhotos(1000, 2000, 3000);
  const heard = [];
  const { answer } = phone.server;
  let recorded = false;
  phone.server.answer = async function noting(request) {
    if (request.method === 'PATCH' && !recorded) {
      recorded = true;
      await save(phone.ports, VISIT, () => ({ facts: [{ kind: 'cadre.arrived', body: {} }] }));
    }
    if (['POST', 'PATCH'].includes(request.method)) heard.push(request.path === '/api/v1/segments' ? 'segments' : 'photo');
    return answer.call(this, request);
  };
  await phone.sync();
  assert.deepEqual(heard.filter((one, at) => one !== heard[at - 1]), ['segments', 'photo', 'segments', 'photo']);
});

test('what waits is read once however much it is, and once more for what was recorded meanwhile', async () => {
  const { phone } = await withPhotos(10, 11, 12, 13, 14, 15, 16, 17);
  let readings = 0;
  const { getAll } = IDBIndex.prototype;
  IDBIndex.prototype.getAll = function counting(...given) {
    if (this.name === 'waiting' && this.objectStore.name === 'photos') readings += 1;
    return getAll.apply(this, given);
  };
  try {
    await uploadPhotos(phone.ports, await lineOf(phone), async () => false);
    assert.equal(readings, 2, 'before the first and after the last');
  } finally {
    IDBIndex.prototype.getAll = getAll;
  }
  assert.equal(phone.server.photos.size, 8);
});

test('a photo of an urgent visit that is recorded while others travel goes before the rest', async () => {
  const { phone, names } = await withPhotos(10, 20, 30);
  const urgent = '0193a5a0-0000-7000-8000-00000000b002';
  let late = null;
  await uploadPhotos(phone.ports, await lineOf(phone), async () => {
    if (late) return false;
    await openVisit(phone, urgent);
    late = await takePhoto(phone, { size: 40 }, urgent);
    await save(phone.ports, urgent, () => ({ facts: [noted({
      kind: 'finding', note: 'n1', level: 'village', household: null, question: null, topic: null, a9: null, severity: 'urgent', fact: 'x' }, [])] }));
    return true;
  });
  assert.equal([...phone.server.photos.keys()].indexOf(late), 1);
  assert.equal(phone.server.photos.size, names.length + 1);
});

test('photos are sent oldest first', async () => {
  const { phone, names } = await withPhotos(10, 20);
  await keepPhoto(names[1], { taken_at: '2020-01-01T00:00:00.000Z' });
  assert.deepEqual((await photosToSend()).map((one) => one.sealed), [names[1], names[0]]);
  assert.ok(phone);
});

test('pieces grow on a quick link, shrink on a failing one, and stay within bounds', () => {
  assert.equal(nextChunk(256 * 1024, 500), 512 * 1024);
  assert.equal(nextChunk(256 * 1024, 4000), 256 * 1024);
  assert.equal(nextChunk(256 * 1024, null), 128 * 1024);
  assert.equal(nextChunk(32 * 1024, null), 32 * 1024);
  assert.equal(nextChunk(1024 * 1024, 1), 1024 * 1024);
});

test('waits double, are spread, and end at five minutes', () => {
  assert.deepEqual([1, 2, 3].map((n) => waitAfter(n, 1)), [2000, 4000, 8000]);
  assert.equal(waitAfter(1, 0), 1000);
  assert.equal(waitAfter(40, 1), 5 * 60 * 1000);
});
