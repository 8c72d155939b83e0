/** What the phone's map draws: outlines that the pack holds, villages whose place is known, and no point that is made up. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fieldScene } from '../../static/js/model/field_scene.js';

const SQUARE = { type: 'Polygon', coordinates: [[[112, 30], [112.1, 30], [112.1, 30.1], [112, 30.1], [112, 30]]] };
const BESIDE = { type: 'Polygon', coordinates: [[[112.1, 30], [112.2, 30], [112.2, 30.1], [112.1, 30.1], [112.1, 30]]] };
const TASK = {
  unit: 'u1', unit_name: '演示镇', outline: SQUARE,
  villages: [{ id: 'v1', name: '一村', lon: 112.05, lat: 30.05 }, { id: 'v2', name: '二村', lon: null, lat: null }, { id: 'v3', name: '三村' }],
};
const township = (unit, outline, status = 'unvisited') => ({ unit, name: unit, latin: null, status, outline });
const scene = (given) => fieldScene({ task: TASK, tasks: [TASK], townships: [], chosen: null, best: null, latin: false, ...given });

test('a village whose place nobody knows is on no map', () => {
  assert.deepEqual(scene({ chosen: 'v1' }).spots, [{ lon: 112.05, lat: 30.05, name: '一村', chosen: true }]);
  assert.deepEqual(scene({ chosen: 'v2' }).spots.map((one) => one.chosen), [false]);
});

test('a task’s own outline is the assignment’s, and a township without any is left to the list', () => {
  const { grounds } = scene({ townships: [township('u1', null, 'covered'), township('u2', BESIDE), township('u3', null)] });
  assert.deepEqual(grounds.map(({ unit, own, status }) => [unit, own, status]), [['u1', true, 'covered'], ['u2', false, 'unvisited']]);
  assert.equal(grounds[0].outline, SQUARE);
});

test('with the pack of an earlier server, or none, there is what there is', () => {
  assert.deepEqual(scene({}).grounds.map(({ unit, name, own }) => [unit, name, own]), [['u1', '演示镇', true]]);
  assert.deepEqual(scene({ task: null, tasks: [] }), { grounds: [], spots: [], here: null, latin: false });
});

test('where the phone is comes with its error', () => {
  assert.deepEqual(scene({ best: { lon: 112.05, lat: 30.05, acc: 12, t: 0, datum: 'untested' } }).here, { lon: 112.05, lat: 30.05, acc: 12 });
});
