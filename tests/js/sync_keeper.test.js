/** When sync runs: one round at a time, a save during one is followed by another, a dead link is not hammered. */

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

beforeEach(() => {
  globalThis.document = { visibilityState: 'visible' };
});

const { SyncKeeper } = await import('../../static/js/ui/sync_keeper.js');

/** A keeper whose rounds end when they are told to. */
function keeper({ waits = () => true } = {}) {
  const rounds = [];
  const made = new SyncKeeper(() => new Promise((resolve) => rounds.push(resolve)), waits);
  const end = async (code) => {
    rounds.shift()(code && { code, at: 0 });
    await new Promise(setImmediate);
  };
  return { keeper: made, rounds, end };
}

test('asked for during a round, one more follows it and no more', async () => {
  const { keeper: k, rounds, end } = keeper();
  void k.now();
  void k.now();
  void k.now();
  assert.equal(rounds.length, 1);
  await end('done');
  assert.equal(rounds.length, 1);
  await end('done');
  assert.equal(rounds.length, 0);
  clearTimeout(k.timer);
});

test('after a failure the wait decides, not the next save', async () => {
  const { keeper: k, rounds, end } = keeper();
  void k.now();
  void k.now();
  await end('unreachable');
  assert.deepEqual([rounds.length, k.failures], [0, 1]);
  clearTimeout(k.timer);
});

test('asked for soon, a round waits for the drawing of what comes next, and one during a round follows it', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { keeper: k, rounds, end } = keeper({ waits: () => false });
  k.soon();
  k.soon();
  assert.equal(rounds.length, 0);
  mock.timers.tick(1000);
  assert.equal(rounds.length, 1);
  k.soon();
  await end('done');
  assert.equal(rounds.length, 1);
  await end('done');
  mock.timers.reset();
});

test('the timer runs only while somebody looks and something waits', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  let waiting = false;
  const { keeper: k, rounds } = keeper({ waits: () => waiting });
  k.plan();
  mock.timers.tick(30000);
  assert.equal(rounds.length, 0);
  waiting = true;
  globalThis.document.visibilityState = 'hidden';
  mock.timers.tick(30000);
  assert.equal(rounds.length, 0);
  globalThis.document.visibilityState = 'visible';
  mock.timers.tick(30000);
  assert.equal(rounds.length, 1);
  mock.timers.reset();
});
