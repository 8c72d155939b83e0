/** Names of places: machine pinyin beside the Chinese for readers of English, and visits of earlier versions without any. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { placeOfTask } from '../../static/js/store/pack.js';
import { latinLine, pinyinNote, placeTitle, plainName, plainTitle } from '../../static/js/ui/parts/places.js';

const TASK = { unit_name: '演示镇', unit_latin: 'Yanshi Zhen', county_name: '演示县', village_name: '一村', village_latin: 'Yi Cun' };

/** The text and values of a template, as they follow one another. */
function written(part) {
  if (typeof part === 'symbol' || part === null || part === undefined) return '';
  if (!part.strings) return String(part).replaceAll('\u00a0', ' ');
  return part.strings.reduce((text, piece, at) => text + piece + written(part.values[at]), '').replace(/<[^>]*>/g, '').replaceAll('&nbsp;', ' ');
}

function reader(language) {
  return { language, t: (key) => key };
}

test('readers of English have machine pinyin beside each name and are told what it is', () => {
  assert.equal(written(placeTitle(reader('en'), placeOfTask(TASK))), '演示镇 Yanshi Zhen · 一村 Yi Cun');
  assert.equal(plainName(reader('en'), '二村', 'Er Cun'), '二村 Er Cun');
  assert.match(written(pinyinNote(reader('en'), [null, 'Yi Cun'])), /place.latin place.machine/);
});

test('a heading has the names alone, and the pinyin stands in one line below it', () => {
  assert.equal(written(plainTitle(placeOfTask(TASK))), '演示镇 · 一村');
  assert.equal(written(latinLine(reader('en'), ['Yanshi Zhen', null, 'Yi Cun'])), 'Yanshi Zhen · Yi Cun place.machine_note');
  assert.equal(written(latinLine(reader('zh'), ['Yanshi Zhen'])) + written(latinLine(reader('en'), [null])), '');
});

test('readers of Chinese have the names alone', () => {
  assert.equal(written(placeTitle(reader('zh'), placeOfTask(TASK))), '演示镇 · 一村');
  assert.equal(plainName(reader('zh'), '二村', 'Er Cun'), '二村');
  assert.equal(written(pinyinNote(reader('zh'), ['Yi Cun'])), '');
});

test('a visit or a pack of an earlier version goes on with the names it has', () => {
  assert.equal(written(placeTitle(reader('en'), { unit_name: '演示镇' })), '演示镇');
  assert.deepEqual(placeOfTask({ unit_name: '演示镇', county_name: '演示县', village_name: null }),
    { unit_name: '演示镇', unit_latin: null, county_name: '演示县', village_name: null, village_latin: null });
  assert.equal(written(pinyinNote(reader('en'), [undefined, null])), '');
});

test('the village that the team chose stands with its own pinyin', () => {
  const place = placeOfTask({ ...TASK, village_name: null, village_latin: null }, { id: 'v2', name: '二村', latin: 'Er Cun' });
  assert.equal(written(placeTitle(reader('en'), place)), '演示镇 Yanshi Zhen · 二村 Er Cun');
});
