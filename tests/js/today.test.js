/** Today: what is open or was sent back is found however much lies above it, and no more is read than is shown. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { wholeVisit } from '../../static/js/model/visit.js';
import { writePack } from '../../static/js/store/pack.js';
import { visitedKey, writeDraft } from '../../static/js/store/drafts.js';
import { writing } from '../../static/js/store/database.js';
import { visitRow } from '../../static/js/store/visits.js';
import { CHECKLIST, enrolledPhone, openVisit, PLACE } from './phone.js';

globalThis.window = Object.assign(new EventTarget(), { matchMedia: () => ({ matches: false }) });
globalThis.navigator ??= {};
const { todayScreen } = await import('../../static/js/ui/today_screen.js');

const ids = Array.from({ length: 60 }, (_none, at) => `0193a5a0-0000-7000-8000-${String(at).padStart(12, '0')}`);

/** A phone with sixty visits: the oldest is open, the next two were sent back by the office, one of them mended since. */
async function usedPhone() {
  const phone = await enrolledPhone();
  const result = (visit) => ({ visit, state: 'returned', line: `line of ${visit}`, fix: [], note: '', at: '2026-11-24T08:00:00.000Z' });
  const task = { assignment: 'a-old', unit: 'u', unit_name: '演示镇', county_name: '演示县', village: null, village_name: null, team: 'A', villages: [], outline: null };
  await writePack({ cursor: 'c', assignments: [task, { ...task, assignment: 'a-new' }], hidden: [], results: [ids[1], ids[2]].map(result), checklist: CHECKLIST, params: {} }, 'e');
  await openVisit(phone, ids[0]);
  const sealed = ids.slice(1).map((visit) => ({
    visit, state: 'sealed', unit: 'u', assignment: 'a-other', place: PLACE, households: [], photos: [], answers: {}, opened_at: '2026-11-23T01:00:00.000Z',
    returned: visit === ids[2] ? `line of ${visit}` : null,
  }));
  const rows = await Promise.all(sealed.map((visit) => visitRow(wholeVisit(visit))));
  await writing(['visits'], (tx) => rows.forEach((row) => tx.put('visits', row)));
  await writeDraft(visitedKey('a-old'), ids[5]);
  return { ports: phone.ports, position: { follow: async () => {} } };
}

test('a visit that is open, or was sent back and not taken up, is found however many newer ones lie above it', async () => {
  const model = await todayScreen.load(await usedPhone(), {});
  assert.deepEqual(model.open.map(({ visit }) => visit.visit), [ids[0]]);
  assert.deepEqual(model.returned.map(({ visit, result }) => [visit.visit, result.line]), [[ids[1], `line of ${ids[1]}`]]);
});

test('the newest visits alone are listed, and it is said how many there are', async () => {
  const model = await todayScreen.load(await usedPhone(), {});
  assert.deepEqual(model.ended.map(({ visit }) => visit.visit), ids.toReversed().slice(0, 10));
  assert.equal(model.older, 60);
});

test('a township counts as visited however long ago its visit was sealed', async () => {
  const model = await todayScreen.load(await usedPhone(), {});
  assert.deepEqual(model.todo.filter((one) => model.visited.has(one.assignment)).map((one) => one.assignment), ['a-old']);
});
