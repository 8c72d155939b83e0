/** A sealed task opens by its code alone, and the village is drawn as the server draws it: two case files run here too. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { webCrypto } from '../../static/js/device/crypto.js';
import { digitsMissing, tidyUnlockCode } from '../../static/js/model/unlock_code.js';
import { villagesDrawn } from '../../static/js/model/village_draw.js';
import { keepOpened, readPack, writePack } from '../../static/js/store/pack.js';
import { CHECKLIST, newPhone } from './phone.js';

const read = (/** @type {string} */ name) => JSON.parse(readFileSync(new URL(`../rules/${name}`, import.meta.url), 'utf8'));
const { codes, task } = read('unlock_code_cases.json');
const crypto = webCrypto();

test('codes of the server are codes here, in whatever groups they were typed', () => {
  for (const { code } of codes) {
    assert.equal(tidyUnlockCode(code), code);
    assert.equal(tidyUnlockCode(code.replace(/(.{4})/g, '$1 ')), code);
    assert.equal(digitsMissing(code.slice(0, 7)), 13);
  }
});

test('one wrong digit, or two neighbours that were swapped, are noticed before anything is tried', () => {
  for (const { code } of codes) {
    for (let at = 0; at < code.length; at += 1) {
      const wrong = code.slice(0, at) + ((Number(code[at]) + 1) % 10) + code.slice(at + 1);
      assert.equal(tidyUnlockCode(wrong), null);
      const swapped = code.slice(0, at) + (code[at + 1] ?? '') + code[at] + code.slice(at + 2);
      assert.equal(tidyUnlockCode(swapped), swapped === code ? code : null);
    }
  }
});

test('a task opens by its code and by no other', async () => {
  assert.equal(await crypto.openTask(task.code, task.batch, task.sealed), task.text);
  assert.equal(await crypto.openTask(codes[1].code, task.batch, task.sealed), null);
  assert.equal(await crypto.openTask(task.code, codes[1].code, task.sealed), null);
});

test('an opened task stands among the revealed ones after a restart', async () => {
  await newPhone();
  const hidden = [{ reveal_at: '2026-11-23T22:30:00.000Z', batch: task.batch, sealed: task.sealed }, { reveal_at: '2026-11-24T22:30:00.000Z' }];
  await writePack(/** @type {any} */ ({ cursor: 'c1', round: null, assignments: [], hidden, checklist: CHECKLIST, params: {} }), 'e1');
  await keepOpened(task.batch, JSON.parse(task.text));
  const kept = await readPack();
  assert.deepEqual(kept?.pack.assignments.map((one) => one.unit_name), ['演示镇']);
  assert.deepEqual([kept?.pack.hidden, kept?.etag], [hidden.slice(1), 'e1']);
});

test('villages are drawn as the server draws them', async () => {
  for (const { seed, villages, order } of read('village_draw_cases.json').cases) {
    assert.deepEqual(await villagesDrawn(seed, villages, crypto.sha256), order);
    assert.deepEqual(await villagesDrawn(seed, [...villages].reverse(), crypto.sha256), order);
  }
});
