/** Where one stands, in words: cached and coarse positions never pass for good ones, and nothing ever blocks. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bestSample, currentSample, fixTaken, grade, newWatch, purposeNow, withSample } from '../../static/js/model/fix.js';
import { placeClass, pointInside, signedDistance } from '../../static/js/model/place.js';

const NOW = Date.parse('2026-11-23T01:00:00Z');
const sample = (acc, after = 0, place = {}) => ({ lon: 112.05, lat: 30.05, acc, t: NOW + after, ...place });
const watched = (...samples) => samples.reduce(withSample, newWatch(NOW));
/** The square of docs/inspection-rules.md §5.6. */
const SQUARE = { type: 'Polygon', coordinates: [[[112, 30], [112.1, 30], [112.1, 30.1], [112, 30.1], [112, 30]]] };

test('a cached position from before the visit is not taken', () => {
  assert.equal(bestSample(watched(sample(5, -60000)), NOW), null);
  assert.equal(bestSample(watched(sample(5, -1000)), NOW)?.acc, 5, 'clocks may differ by seconds');
});

test('one bad sample never hides a better one, and an old best gives way', () => {
  const watch = watched(sample(12, 0), sample(800, 1000), sample(Number.NaN, 2000));
  assert.equal(bestSample(watch, NOW + 3000)?.acc, 12);
  assert.equal(bestSample(watch, NOW + 6 * 60000), null);
});

test('whoever walks on is shown where they are now, and a coarse sample of the same place hides no better one', () => {
  const there = { lon: 112.06, lat: 30.05 };
  assert.deepEqual(currentSample(watched(sample(12, 0), sample(40, 5000, there)), NOW + 6000)?.lon, 112.06);
  assert.equal(bestSample(watched(sample(12, 0), sample(40, 5000, there)), NOW + 6000)?.acc, 12, 'evidence is the best of the watch');
  assert.equal(currentSample(watched(sample(12, 0), sample(2000, 5000, there)), NOW + 6000)?.acc, 12);
  assert.equal(currentSample(newWatch(NOW), NOW), null);
});

test('grades are words for accuracy', () => {
  assert.deepEqual([null, sample(20), sample(80), sample(150)].map(grade), ['none', 'good', 'fair', 'poor']);
});

test('the start is recorded once it is good or has had its time, and once more when a usable one follows unusable ones', () => {
  assert.equal(purposeNow([], watched(sample(80, 5000)), NOW + 5000), null);
  assert.equal(purposeNow([], watched(sample(15, 5000)), NOW + 5000), 'start');
  assert.equal(purposeNow([], watched(sample(400, 31000)), NOW + 31000), 'start');
  assert.equal(purposeNow([{ acc: 400 }], watched(sample(60, 40000)), NOW + 40000), 'watch');
  assert.equal(purposeNow([{ acc: 60 }], watched(sample(5, 40000)), NOW + 40000), null);
});

test('a fix says which samples it was chosen from and where they came from', () => {
  const watch = watched(sample(40, 0), sample(9, 1000, { source: 'demo' }));
  const fact = fixTaken({ fix: 'f', purpose: 'household', household: 'h1' }, watch, NOW + 2000);
  assert.deepEqual({ ...fact?.body, samples: fact?.body.samples.length }, {
    fix: 'f', purpose: 'household', lon: 112.05, lat: 30.05, acc: 9, t: '2026-11-23T01:00:01.000Z', datum: 'wgs84', source: 'demo',
    household: 'h1', samples: 2,
  });
  assert.equal(fixTaken({ fix: 'f', purpose: 'photo' }, newWatch(NOW), NOW), null);
});

test('the distance to the edge is metres on the ellipsoid, inside positive', () => {
  // 0.001° of longitude at 30.05° N is 96.5 m, 0.02° is 1,930 m: cases C11 and C13 of the rules.
  assert.ok(Math.abs(signedDistance(SQUARE, { lon: 112.101, lat: 30.05 }) + 96.4) < 0.5);
  assert.ok(Math.abs(signedDistance(SQUARE, { lon: 112.12, lat: 30.05 }) + 1929) < 3);
  assert.ok(Math.abs(signedDistance(SQUARE, { lon: 112.05, lat: 30.001 }) - 110.85) < 0.5);
});

test('inside, border and outside are widened by the outline’s own error', () => {
  assert.equal(placeClass(31, 30, 0), 'inside');
  assert.equal(placeClass(-96, 30, 0), 'border');
  assert.equal(placeClass(-1930, 30, 0), 'outside');
  assert.equal(placeClass(500, 30, 1000), 'border');
  assert.equal(placeClass(-1000, 30, 1000), 'border');
  assert.equal(placeClass(null, 30, 0), null);
});

test('holes and separate parts count as they are drawn', () => {
  const hole = [[112.04, 30.04], [112.06, 30.04], [112.06, 30.06], [112.04, 30.06], [112.04, 30.04]];
  const parts = { type: 'MultiPolygon', coordinates: [[SQUARE.coordinates[0], hole], [[[113, 30], [113.1, 30], [113.1, 30.1], [113, 30]]]] };
  assert.ok(signedDistance(parts, { lon: 112.05, lat: 30.05 }) < 0);
  assert.ok(signedDistance(parts, { lon: 113.08, lat: 30.02 }) > 0);
  const inside = pointInside(parts);
  assert.ok(signedDistance(parts, inside) > 0);
});
