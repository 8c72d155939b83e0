/** Where a mark stands, which lines part the counties, what changed between two answers. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changedTownships } from '../../static/js/map/coverage.js';
import { apart, boxOf, countyEdges, markPlace } from '../../static/js/map/geometry.js';

const square = (west, south, side = 1) => ({
  type: 'Polygon',
  coordinates: [[[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]],
});

test('a mark stands in the middle of a square', () => {
  const [lon, lat] = markPlace(square(112, 30));
  assert.ok(Math.abs(lon - 112.5) < 0.05 && Math.abs(lat - 30.5) < 0.05);
});

test('a mark stands inside a crescent, whose middle is outside it', () => {
  const crescent = { type: 'Polygon', coordinates: [[[0, 0], [9, 0], [9, 9], [0, 9], [0, 7], [7, 7], [7, 2], [0, 2], [0, 0]]] };
  const [x, y] = markPlace(crescent);
  assert.ok(x > 7 || y < 2 || y > 7, `${x} ${y}`);
});

test('a mark stands beside a hole and in the largest part', () => {
  const holed = square(0, 0, 10).coordinates.concat([square(4, 4, 2).coordinates[0]]);
  const area = { type: 'MultiPolygon', coordinates: [square(100, 60, 1).coordinates, holed] };
  const [x, y] = markPlace(area);
  assert.ok(x < 10 && y < 10 && !(x > 4 && x < 6 && y > 4 && y < 6));
});

test('an edge between two townships of one county parts nothing, between two counties it is drawn once from each', () => {
  const edges = countyEdges([
    { county: 'a', area: square(0, 0) }, { county: 'a', area: square(1, 0) }, { county: 'b', area: square(2, 0) },
  ]);
  const drawn = (x) => edges.filter((edge) => edge.every((place) => place[0] === x)).length;
  assert.deepEqual([drawn(0), drawn(1), drawn(2), drawn(3)], [1, 0, 2, 1]);
  assert.equal(edges.length, 10);
});

test('a box holds its ring', () => {
  assert.deepEqual(boxOf(square(112, 30, 2).coordinates[0]), [112, 30, 114, 32]);
});

test('only townships whose status or flags changed are told, and none on the first answer', () => {
  const answer = (...townships) => ({ features: townships.map(([unit, status, flags = []]) => ({ properties: { unit, status, flags } })) });
  const before = answer(['a', 'unvisited'], ['b', 'covered'], ['c', 'covered']);
  const after = answer(['a', 'visited_unverified'], ['b', 'covered', ['stale']], ['c', 'covered']);
  assert.deepEqual(changedTownships(before, after).map(({ unit }) => unit), ['a', 'b']);
  assert.deepEqual(changedTownships(null, after), []);
});

test('names that would lie upon each other give way to the nearest free place, and those that do not stay', () => {
  const far = { x: 400, y: 100, width: 60, height: 30 };
  const names = [{ x: 100, y: 110, width: 80, height: 30 }, { x: 100, y: 100, width: 60, height: 30 }, { x: 130, y: 125, width: 140, height: 30 }, far];
  const ys = apart(names);
  assert.deepEqual(ys, [130, 100, 160, 100]);
  assert.deepEqual(apart([]), []);
  const crowd = Array.from({ length: 12 }, (_, at) => ({ x: 100 + (at * 37) % 90, y: 100 + (at * 53) % 40, width: 70 + at, height: 27 }));
  const spread = apart(crowd);
  for (const [a, one] of crowd.entries()) {
    for (const [b, other] of crowd.entries()) {
      if (a === b || Math.abs(one.x - other.x) >= (one.width + other.width) / 2) continue;
      assert.ok(Math.abs(spread[a] - spread[b]) >= 27 - 1e-6, `${a} lies upon ${b}`);
    }
  }
});
