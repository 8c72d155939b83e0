/** The nearest village is named where its place is known and the phone is near, and nowhere else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NEAR_M, nearestVillage } from '../../static/js/model/nearest_village.js';

const HERE = { lon: 112.2, lat: 30.3 };
const learned = (/** @type {string} */ village, /** @type {number} */ lon) => ({ village, lon, lat: 30.3, error_m: 60 });
const villages = [{ id: 'a', lon: 112.22, lat: 30.3 }, { id: 'b', lon: null, lat: null }, { id: 'c' }];

test('the nearest of those whose place is known is named with its distance', () => {
  const found = nearestVillage(villages, [learned('b', 112.21)], HERE);
  assert.equal(found?.village.id, 'b');
  assert.ok(Math.abs((found?.metres ?? 0) - 962) < 2);
  assert.equal(found?.error_m, 60);
});

test('what visits taught goes before what the register says', () => {
  const found = nearestVillage(villages, [learned('a', 112.201), learned('b', 112.21)], HERE);
  assert.deepEqual([found?.village.id, found?.error_m], ['a', 60]);
  assert.equal(nearestVillage(villages, [], HERE)?.error_m, null);
});

test('without a position, a known place or a village near there is no suggestion', () => {
  assert.equal(nearestVillage(villages, [], null), null);
  assert.equal(nearestVillage([{ id: 'c' }], [learned('d', 112.2)], HERE), null);
  assert.equal(nearestVillage([{ id: 'a', lon: 112.3, lat: 30.3 }], [], HERE), null);
  assert.ok(NEAR_M < 9000);
});
