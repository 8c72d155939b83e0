/** What is said of drawn pictures: a post with a sign before a soft hill, as it is, out of focus, and in bad light. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { measuresOf, remarksOf } from '../../static/js/model/photo_look.js';

const WIDTH = 400;
const HEIGHT = 300;

/** Numbers that look like chance and are the same each time. */
function noise() {
  let state = 7;
  return () => { state = (state * 1103515245 + 12345) % 2147483648; return state / 2147483648 - 0.5; };
}

function drawn(light) {
  return Float64Array.from({ length: WIDTH * HEIGHT }, (_, at) => light(at % WIDTH, Math.floor(at / WIDTH)));
}

function scene(x, y) {
  if (x > 150 && x < 250 && y > 60 && y < 140) return (x >> 2) % 3 && (y >> 3) % 2 ? 60 : 200;
  if (x > 195 && x < 205 && y >= 140) return 90;
  return y < 180 - 40 * Math.sin(x / 90) ? 190 : 120;
}

/** Out of focus: a Gaussian of so many pixels, along rows and then along columns. */
function blurred(grey, sigma) {
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) => Math.exp(-((at - reach) ** 2) / (2 * sigma * sigma)));
  const along = (from, step, count) => (_, at) => {
    const place = step === 1 ? at % WIDTH : Math.floor(at / WIDTH);
    let sum = 0;
    let weight = 0;
    for (let by = -reach; by <= reach; by += 1) {
      if (place + by < 0 || place + by >= count) continue;
      sum += from[at + by * step] * weights[by + reach];
      weight += weights[by + reach];
    }
    return sum / weight;
  };
  const rows = Float64Array.from(grey, along(grey, 1, WIDTH));
  return Float64Array.from(rows, along(rows, WIDTH, HEIGHT));
}

function said(grey, { grain = 0 } = {}) {
  const next = noise();
  const rgba = new Uint8ClampedArray(grey.length * 4);
  grey.forEach((light, at) => rgba.fill(light + grain * next(), 4 * at, 4 * at + 3));
  return remarksOf(measuresOf(rgba, WIDTH, HEIGHT)).join();
}

const SHARP = drawn(scene);
const WALL = drawn((x) => 150 + x / 40);

for (const [name, grey, how, expected] of [
  ['a sharp scene', SHARP, {}, ''],
  ['a sharp scene with the grain of a small sensor', SHARP, { grain: 12 }, ''],
  ['a sharp scene at dusk', SHARP.map((light) => light * 0.3), { grain: 6 }, ''],
  ['a sign before an open sky', drawn((x, y) => (x > 180 && x < 220 && y > 130 && y < 170 ? ((x + y) % 6 < 3 ? 40 : 220) : 200)), {}, ''],
  ['a scene out of focus', blurred(SHARP, 2.5), {}, 'blurred'],
  ['a scene far out of focus, with grain', blurred(SHARP, 5), { grain: 6 }, 'blurred'],
  ['a scene too dark', SHARP.map((light) => light * 0.15), {}, 'dark'],
  ['night, grain alone', drawn(() => 14), { grain: 16 }, 'black'],
  ['a covered lens', drawn(() => 3), {}, 'black'],
  ['a canvas beyond its limit', drawn(() => 0), {}, 'black'],
  ['a scene far too bright', SHARP.map((light) => Math.min(255, light + 150)), {}, 'bright'],
  ['a white canvas', drawn(() => 255), {}, 'bright'],
  ['a wall', WALL, { grain: 8 }, 'empty'],
  ['a wall out of focus', blurred(WALL, 4), {}, 'empty'],
]) test(`what is said of a picture: ${name}`, () => assert.equal(said(grey, how), expected));

test('measures are what they are called, of a picture that can be reckoned by hand', () => {
  const rgba = Uint8ClampedArray.from([0, 0, 0, 255, 255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 255]);
  const { mean, black, deviation } = measuresOf(rgba, 2, 2);
  assert.deepEqual([Math.round(mean), black, Math.round(deviation)], [128, 0.5, 128]);
});
