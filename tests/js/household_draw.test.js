/** Households are drawn as the server draws them: tests/rules/household_draw_cases.json is run here too. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { webCrypto } from '../../static/js/device/crypto.js';
import { drawn, foundBy, nextRow } from '../../static/js/model/household_draw.js';
import { currentStep, drawOf, listPhoto, newInterview, replacing, steps } from '../../static/js/model/interview.js';
import { foldLine } from '../../static/js/model/visit.js';
import { CHECKLIST, OPENED, PLACE, VISIT } from './phone.js';

const BOOK = JSON.parse(readFileSync(new URL('../rules/household_draw_cases.json', import.meta.url), 'utf8'));
const { sha256 } = webCrypto();
const said = (kind, body) => ({ kind, visit: VISIT, at: '2026-11-23T01:00:00.000Z', body });
const visitWith = (...messages) => messages.reduce((state, one) => foldLine(state, one, PLACE), foldLine(null, said('visit.opened', OPENED.body), PLACE));
const house = (number, more) => said('household.recorded', { household: `h${number}`, number, type: 'poor', selection: 'random', outcome: 'complete', ...more });
const list = { draw: 1, frame: 'posted_list', n: 4, seed: 's', rows: [3, 1, 4, 2], step: null, photo: 'p1' };
const walk = { draw: 2, frame: 'walk', n: 9, seed: 's', rows: [2, 5, 8], step: 3, photo: null };

test('the cases of the server come out alike', async () => {
  for (const { name, frame, n, draw, seed, rows, step = null } of BOOK.cases) {
    const made = await drawn({ visit: BOOK.visit, device: BOOK.device, draw, frame, n }, sha256);
    assert.deepEqual(made, { draw, frame, n, seed, rows, step }, name);
  }
});

test('a row that was asked or begun is drawn no second time, and the next one takes the place', () => {
  const asked = (...rows) => rows.map((row) => ({ draw: 1, row }));
  assert.equal(nextRow(list, [], null), 3);
  assert.equal(nextRow(list, asked(3), 3), 1);
  assert.equal(nextRow(list, [...asked(3, 4), { draw: 2, row: 1 }], null), 1);
  assert.equal(nextRow(list, asked(3, 1, 4, 2), null), null);
});

test('on a walk the house beside takes the place, and afterwards the steps go on', () => {
  const asked = (...rows) => rows.map((row) => ({ draw: 2, row }));
  assert.equal(nextRow(walk, asked(2), 2), 3);
  assert.equal(nextRow(walk, asked(2, 3), null), 5);
  assert.equal(nextRow(walk, asked(2, 3, 5, 8, 9), 9), 1);
});

test('what is picked has no frame, and two by sight are enough', () => {
  const fresh = newInterview({ level: 'household', visit: VISIT, household: 'h9', number: 9, checklist: '2026-1' });
  const keys = (choices, visit = visitWith()) => steps({ ...fresh, choices }, CHECKLIST, visit).map((one) => one.key);
  assert.deepEqual(keys({ selection: 'random', frame: 'walk' }), ['selection', 'frame', 'draw', 'type', 'presence', 'end']);
  assert.deepEqual(keys({ selection: 'neighbour' }), ['selection', 'type', 'presence', 'end']);
  const twice = visitWith(house(1, { selection: 'sight' }), house(2, { selection: 'sight' }), house(3, { selection: 'sight', outcome: 'not_home' }));
  assert.deepEqual(foundBy(twice), { sight: 2 });
  assert.ok(!steps(fresh, CHECKLIST, twice)[0].options.includes('sight'));
  assert.ok(steps(fresh, CHECKLIST, visitWith(house(1, { selection: 'sight' })))[0].options.includes('sight'));
});

test('a household waits at its row until one goes there, and what stands in for it stays on the same list', () => {
  const visit = visitWith(said('household.drawn', list), said('household.drawn', { ...list, draw: 3, photo: 'p3' }));
  const fresh = newInterview({ level: 'household', visit: VISIT, household: 'h1', number: 1, checklist: '2026-1' });
  const drawing = { ...fresh, choices: { selection: 'random', frame: 'posted_list' } };
  assert.equal(currentStep(steps(drawing, CHECKLIST, visit), null).key, 'draw');
  assert.equal(drawOf(drawing, visit).draw, 3);
  const away = { ...drawing, place: { draw: 1, row: 3 } };
  assert.equal(currentStep(steps(away, CHECKLIST, visit), null).key, 'type');
  assert.equal(drawOf(replacing(fresh, away), visit).draw, 1);
});

test('a draw made anew takes the place of the earlier, and each list has its own photo', () => {
  const notice = (photo) => said('photo.taken', { photo, sha256: 's', sealed_sha256: 'z', kind: 'notice', source: 'camera' });
  const visit = visitWith(notice('p1'), said('household.drawn', list), said('household.drawn', { ...list, n: 5 }));
  assert.deepEqual(visit.draws.map((one) => one.n), [5]);
  assert.deepEqual([listPhoto(visit, 1), listPhoto(visit, 2)], ['p1', null]);
  assert.equal(listPhoto(visitWith(notice('p1'), said('household.drawn', list), notice('p2')), 2), 'p2');
});

test('once a visit is sealed the phone no longer tells which row was asked', () => {
  const sealed = visitWith(said('household.drawn', list), house(1, { draw: 1, row: 3 }), said('visit.sealed', {}));
  assert.deepEqual([sealed.draws, 'row' in sealed.households[0]], [[], false]);
});
