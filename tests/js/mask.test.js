/** Blocks over what must not be seen. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { blockBetween, blockInSight, CELL, moved, newMask, redone, resized, undone, withBlock, withoutBlock } from '../../static/js/model/mask.js';

const PICTURE = { width: 640, height: 470 };
const mask = () => withBlock(newMask(640, 470), { x: 32, y: 48, width: 64, height: 32 });

for (const [what, from, to, block] of [
  ['outwards to whole cells', { x: 35, y: 50 }, { x: 90, y: 70 }, { x: 32, y: 48, width: 64, height: 32 }],
  ['drawn from the lower right', { x: 90, y: 70 }, { x: 35, y: 50 }, { x: 32, y: 48, width: 64, height: 32 }],
  ['one cell at least', { x: 100, y: 100 }, { x: 100, y: 100 }, { x: 96, y: 96, width: 16, height: 16 }],
  ['from beyond the picture only what is in it', { x: -50, y: -9 }, { x: 20, y: 20 }, { x: 0, y: 0, width: 32, height: 32 }],
  ['to the very edge, over its last half cell', { x: 630, y: 465 }, { x: 900, y: 900 }, { x: 624, y: 464, width: 16, height: 16 }],
  ['all of it', { x: 0, y: 0 }, { x: 640, y: 470 }, { x: 0, y: 0, width: 640, height: 480 }],
]) test(`a block covers everything between two corners: ${what}`, () => assert.deepEqual(blockBetween(PICTURE, from, to), block));

test('whatever is drawn, every pixel between the corners is covered and every edge lies on a cell', () => {
  let state = 3;
  const chance = (most) => { state = (state * 48271) % 2147483647; return (state / 2147483647) * most; };
  for (let n = 0; n < 500; n += 1) {
    const [from, to] = [0, 1].map(() => ({ x: chance(640), y: chance(470) }));
    const { x, y, width, height } = blockBetween(PICTURE, from, to);
    assert.ok(x <= Math.min(from.x, to.x) && x + width >= Math.max(from.x, to.x) && y <= Math.min(from.y, to.y) && y + height >= Math.max(from.y, to.y));
    assert.ok([x, y, width, height].every((one) => one % CELL === 0) && x >= 0 && y >= 0 && x < 640 && y < 470);
  }
});

test('a block by keys begins in the middle of what is seen', () => {
  const { x, y, width, height } = blockInSight(PICTURE, { x: 320, y: 0, width: 320, height: 235 });
  assert.ok(x >= 400 && x + width <= 560 && y >= 80 && y + height <= 150 && width >= 80 && height >= CELL);
});

test('moving and resizing go by cells and stop at the edge', () => {
  assert.deepEqual(moved(mask(), 0, { right: 1, down: -1 }).blocks, [{ x: 48, y: 32, width: 64, height: 32 }]);
  assert.deepEqual(moved(mask(), 0, { right: 99, down: 99 }).blocks, [{ x: 576, y: 448, width: 64, height: 32 }]);
  assert.deepEqual(resized(mask(), 0, { right: -9, down: 1 }).blocks, [{ x: 32, y: 48, width: 16, height: 48 }]);
  assert.deepEqual(resized(mask(), 0, { right: 99, down: 0 }).blocks[0].width, 608);
});

test('every step can be undone and done again, until something new is done', () => {
  const one = mask();
  const two = withoutBlock(moved(one, 0, { right: 1, down: 0 }), 0);
  const back = undone(undone(two));
  assert.deepEqual(back.blocks, one.blocks);
  assert.deepEqual(undone(back).blocks, []);
  assert.deepEqual(redone(redone(back)).blocks, two.blocks);
  assert.deepEqual(redone(moved(back, 0, { right: 2, down: 0 })).blocks[0].x, 64, 'nothing is left to be done again');
  assert.equal(undone(newMask(1, 1)).blocks.length + redone(newMask(1, 1)).blocks.length, 0);
});

test('a step that changes nothing is none to undo', () => {
  assert.equal(moved(mask(), 0, { right: 0, down: -99 }).past.length, 2);
  const top = moved(mask(), 0, { right: 0, down: -99 });
  assert.equal(moved(top, 0, { right: 0, down: -1 }), top);
});
