/** Ready for the field: each condition alone decides, and says what to do. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { SPACE_FLOOR_BYTES } from '../../static/js/model/photo.js';
import { CLOCK_OFF_MS, conditions, DAY_BYTES, DAY_PHOTOS, lacking, PACK_OLD_MS, PHOTO_BYTES, photosThatFit } from '../../static/js/model/readiness.js';

const NOW = Date.parse('2026-11-23T01:00:00Z');
const READY = {
  place: 'installed', persisted: true, pack: true, fetched: NOW - 1000, camera: 'granted', position: 'granted',
  space: { usage: 1e6, quota: 1e9 }, room: true, datum: { point: true, verdict: 'wgs84' }, offset: 300, now: NOW,
};
const missing = (change) => lacking(conditions({ ...READY, ...change })).map((one) => `${one.name}_${one.says}`);

test('a phone that meets all eight conditions is ready', () => {
  assert.equal(conditions(READY).length, 8);
  assert.deepEqual(missing({}), []);
});

const CASES = [
  ['a tab of a browser that can install', { place: 'tab' }, ['install_tab']],
  ['a tab that one tap puts on the home screen', { place: 'offered' }, ['install_offered']],
  ['Safari, whose share menu does it', { place: 'apple' }, ['install_apple']],
  ['a browser without a home screen counts once storage is granted', { place: 'cannot' }, []],
  ['and does not before', { place: 'cannot', persisted: false }, ['install_cannot', 'storage_refused']],
  ['storage refused', { persisted: false }, ['storage_refused']],
  ['no pack', { pack: false, fetched: null }, ['pack_none']],
  ['a pack of yesterday', { fetched: NOW - PACK_OLD_MS - 1 }, ['pack_old']],
  ['camera refused', { camera: 'denied' }, ['camera_denied']],
  ['position never tried', { position: 'prompt' }, ['position_untried']],
  ['just enough space', { space: { usage: 0, quota: DAY_BYTES } }, []],
  ['one byte less', { space: { usage: 1, quota: DAY_BYTES } }, ['space_short']],
  ['a trial that did not fit, whatever the browser says', { room: false }, ['space_short']],
  ['a browser that does not say', { space: {} }, []],
  ['no known point to test at', { datum: { point: false, verdict: null } }, []],
  ['a phone that was not tested at the known point', { datum: { point: true, verdict: null } }, ['datum_untested']],
  ['a phone whose shift is known', { datum: { point: true, verdict: 'gcj02' } }, []],
  ['a phone whose shift nobody knows', { datum: { point: false, verdict: 'odd' } }, ['datum_odd']],
  ['a clock just right, ahead or behind', { offset: -CLOCK_OFF_MS }, []],
  ['a clock off', { offset: CLOCK_OFF_MS + 1 }, ['clock_off']],
  ['a clock never compared', { offset: null }, ['clock_unknown']],
];
for (const [name, change, lacks] of CASES) test(`ready for the field: ${name}`, () => assert.deepEqual(missing(change), lacks));

test('the budget of a day holds its photos several times over, and the gauge counts down to the floor', () => {
  assert.ok(DAY_BYTES >= 5 * DAY_PHOTOS * PHOTO_BYTES);
  assert.equal(photosThatFit({ usage: 0, quota: SPACE_FLOOR_BYTES + 3 * PHOTO_BYTES }, SPACE_FLOOR_BYTES), 3);
  assert.equal(photosThatFit({ usage: 9, quota: SPACE_FLOOR_BYTES }, SPACE_FLOOR_BYTES), 0);
  assert.equal(photosThatFit({}, SPACE_FLOOR_BYTES), null);
});

test('every state of every condition has its words in both languages', () => {
  const states = [
    ['installed', true], ['tab', true], ['offered', true], ['apple', true], ['cannot', true], ['cannot', false]].flatMap(([place, persisted]) => conditions({ ...READY, place, persisted }));
  const all = [...states, ...CASES.flatMap(([, change]) => conditions({ ...READY, ...change }))];
  for (const language of ['zh', 'en']) {
    const words = JSON.parse(readFileSync(new URL(`../../static/texts/${language}/phone.json`, import.meta.url), 'utf8'));
    for (const one of all) {
      assert.ok(words[`ready.${one.name}`] && words[`ready.${one.name}_${one.says}`], `${language} ${one.name} ${one.says}`);
      assert.ok(one.act === null || words[`ready.act_${one.act}`]);
    }
  }
});
