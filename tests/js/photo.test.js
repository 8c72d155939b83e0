/** The sealed form of photos and what may pass as one. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openPhoto, sealPhoto } from '../../static/js/device/photo_seal.js';
import { fitted, hasRoom, isFlat, likelyKind } from '../../static/js/model/photo.js';

test('a sealed photo opens to the same bytes with its key alone, and a changed byte is noticed', async () => {
  const jpeg = crypto.getRandomValues(new Uint8Array(5000)).buffer;
  const { key, sealed } = await sealPhoto(jpeg);
  assert.deepEqual(new Uint8Array(await openPhoto(key, sealed)), new Uint8Array(jpeg));
  for (const at of [0, 5, 20, sealed.byteLength - 1]) {
    const changed = new Uint8Array(sealed.slice(0));
    changed[at] ^= 1;
    await assert.rejects(openPhoto(key, changed.buffer));
  }
  const other = await sealPhoto(jpeg);
  await assert.rejects(openPhoto(other.key, sealed));
});

test('pictures fit 1600 pixels and are never enlarged', () => {
  assert.deepEqual(fitted(4000, 3000), { width: 1600, height: 1200 });
  assert.deepEqual(fitted(3000, 4000), { width: 1200, height: 1600 });
  assert.deepEqual(fitted(640, 480), { width: 640, height: 480 });
  assert.deepEqual(fitted(16000, 1), { width: 1600, height: 1 });
});

test('black, white and covered-lens pictures are flat, a dim scene is not', () => {
  const picture = (light) => Uint8ClampedArray.from({ length: 32 * 32 * 4 }, (_, at) => (at % 4 === 3 ? 255 : light(at >> 2)));
  assert.equal(isFlat(picture(() => 0)), true);
  assert.equal(isFlat(picture(() => 255)), true);
  assert.equal(isFlat(picture((pixel) => 3 + (pixel % 2))), true);
  assert.equal(isFlat(picture((pixel) => 10 + (pixel % 32))), false);
});

test('the shutter closes while space is short, and never for want of an estimate', () => {
  assert.equal(hasRoom({ usage: 95e6, quota: 100e6 }), false);
  assert.equal(hasRoom({ usage: 5e6, quota: 100e6 }), true);
  assert.equal(hasRoom({}), true);
});

test('the likely kind follows what the photo is for', () => {
  assert.equal(likelyKind({}), 'place');
  assert.equal(likelyKind({ household: 'h' }), 'house');
  assert.equal(likelyKind({ household: 'h', question: { photo_kind: 'water' } }), 'water');
  assert.equal(likelyKind({ question: {} }), 'other');
});
