/** The stage: a screen is shown once it is written down that it opens, and is read meanwhile. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readHere } from '../../static/js/store/drafts.js';
import { enrolledPhone } from './phone.js';

const replaced = [];
globalThis.window = { history: { pushState: () => {}, replaceState: (state) => replaced.push(structuredClone(state)) }, scrollTo: () => {}, matchMedia: () => ({ matches: false }) };
const { Stage } = await import('../../static/js/ui/stage.js');

/** A stage without a page: what it would draw is noted. */
class Noted extends Stage {
  seen = [];

  draw() {
    if (this.model) this.seen.push(`${this.here.screen} drawn`);
  }

  heading() {
    return null;
  }
}

/** @param {Record<string, (params: object) => Promise<object>>} loads */
async function stand(loads) {
  const phone = await enrolledPhone();
  const stage = new Noted(null, Object.fromEntries(Object.entries(loads).map(([name, read]) => [name, {
    load: (_app, params) => {
      stage.seen.push(`${name} read`);
      return read(params);
    },
    view: () => ({}), parent: () => null,
  }])));
  return { phone, stage, app: { shown: {} } };
}

/** Holds back whatever is being concealed until it is let go. */
function held({ ports: { crypto } }) {
  const { conceal } = crypto;
  let letGo = () => {};
  const gate = new Promise((resolve) => { letGo = resolve; });
  crypto.conceal = async (...given) => {
    await gate;
    return conceal(...given);
  };
  return letGo;
}

/** Everything that waits for nothing has been done. */
const settled = () => new Promise((resolve) => { setImmediate(() => setImmediate(resolve)); });

test('a screen is read while it is written down that it opens, and shown only when that stands', async () => {
  const { phone, stage, app } = await stand({ visit: async () => ({}) });
  const letGo = held(phone);
  const opening = stage.open(app, 'visit', { visit: 'v1' });
  await settled();
  assert.deepEqual(stage.seen, ['visit read']);
  letGo();
  await opening;
  assert.deepEqual(stage.seen, ['visit read', 'visit drawn']);
  assert.deepEqual(await readHere(), { screen: 'visit', params: { visit: 'v1' } });
});

test('where one goes on before a screen is written down, the first is never shown and the last is come back to', async () => {
  const { phone, stage, app } = await stand({ one: async () => ({}), two: async () => ({}) });
  const letGo = held(phone);
  const opening = [stage.open(app, 'one'), stage.open(app, 'two')];
  await settled();
  letGo();
  await Promise.all(opening);
  assert.deepEqual(stage.seen.filter((what) => what.endsWith('drawn')), ['two drawn']);
  assert.equal((await readHere()).screen, 'two');
});

test('what a screen finds for itself while it opens is come back to, and not where one has gone elsewhere meanwhile', async () => {
  const { stage, app } = await stand({
    household: async (params) => {
      await stage.settle(params, { household: 'h1' });
      return {};
    },
    slow: async (params) => {
      await settled();
      await stage.settle(params, { household: 'h2' });
      return {};
    },
    today: async () => ({}),
  });
  await stage.open(app, 'household', { visit: 'v1' });
  const there = { screen: 'household', params: { visit: 'v1', household: 'h1' } };
  assert.deepEqual([await readHere(), stage.here, replaced.at(-1)], [there, there, there]);
  await Promise.all([stage.open(app, 'slow', {}), stage.open(app, 'today', {})]);
  await settled();
  assert.deepEqual([await readHere(), replaced.at(-1)], [{ screen: 'today', params: {} }, there]);
});
