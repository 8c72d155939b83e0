/** The frame of positions: the phone reckons as the server and as implementations that know nothing of either. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import coordtransform from 'coordtransform';
import gcoord from 'gcoord';

import { gcj02Of, shiftBetween, verdict, wgs84OfGcj02 } from '../../static/js/model/datum.js';
import { geodesic, windOf } from '../../static/js/model/geodesic.js';

const read = (name) => JSON.parse(readFileSync(new URL(`../rules/${name}`, import.meta.url), 'utf8'));
const { shifts, outside, verdicts } = read('datum_cases.json');
const point = ([lon, lat]) => ({ lon, lat });
const apart = (one, other) => shiftBetween(one, other).metres;

test('GCJ-02 is what two independent implementations make of a position in China', () => {
  // gcoord 1.0.7 never comes back from a point outside China, so it is asked inside alone.
  for (let lon = 74; lon < 135; lon += 2.37) {
    for (let lat = 4.1; lat < 53; lat += 1.83) {
      const made = gcj02Of({ lon, lat });
      assert.ok(apart(made, point(gcoord.transform([lon, lat], gcoord.WGS84, gcoord.GCJ02))) < 0.001, `gcoord ${lon} ${lat}`);
      assert.ok(apart(made, point(coordtransform.wgs84togcj02(lon, lat))) < 0.001, `coordtransform ${lon} ${lat}`);
      const back = wgs84OfGcj02(made);
      assert.ok(apart(back, { lon, lat }) < 0.01, `back ${lon} ${lat}`);
      assert.ok(apart(back, point(gcoord.transform([made.lon, made.lat], gcoord.GCJ02, gcoord.WGS84))) < 0.5, `gcoord back ${lon} ${lat}`);
    }
  }
});

test('the cases that the server runs hold here too', () => {
  for (const { name, wgs84, gcj02 } of shifts) {
    assert.ok(apart(gcj02Of(point(wgs84)), point(gcj02)) < 0.001, name);
    assert.ok(apart(wgs84OfGcj02(point(gcj02)), point(wgs84)) < 0.001, name);
  }
  for (const { name, known, said, verdict: found } of verdicts) assert.equal(verdict(point(known), point(said)), found, name);
});

test('outside China nothing is shifted, and the way back ends whatever it is given', () => {
  for (const { name, wgs84 } of outside) {
    assert.deepEqual(gcj02Of(point(wgs84)), point(wgs84), name);
    assert.deepEqual(wgs84OfGcj02(point(wgs84)), point(wgs84), name);
  }
  for (const odd of [Number.NaN, Infinity, -Infinity, 1e308]) assert.deepEqual(wgs84OfGcj02({ lon: odd, lat: 30 }), { lon: odd, lat: 30 });
});

test('distance and bearing are geographiclib’s to the millimetre', () => {
  for (const { name, from, to, metres, bearing } of read('geodesic_cases.json')) {
    const found = geodesic(point(from), point(to));
    assert.ok(found && Math.abs(found.metres - metres) < 0.001, `${name}: ${found?.metres}`);
    assert.ok(metres === 0 || Math.abs(found.bearing - bearing) < 1e-5, `${name}: ${found?.bearing}`);
  }
});

test('what is no place, or lies opposite on the earth, has no distance', () => {
  assert.equal(geodesic({ lon: 0, lat: 0 }, { lon: 179.7, lat: 0.3 }), null);
  assert.equal(geodesic({ lon: Number.NaN, lat: 0 }, { lon: 1, lat: 1 }), null);
});

test('a bearing is one of eight winds, north on both sides of zero', () => {
  assert.deepEqual([0, 22.4, 22.6, 90, 180, 270, 337.4, 337.6, 359.9].map(windOf), ['n', 'n', 'ne', 'e', 's', 'w', 'nw', 'n', 'n']);
});
