/** The rehearsal of `/try`: its prepared answers fit the checklist, and each stage follows from phone and office. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answerFault, coreQuestions, isNegative } from '../../static/js/model/checklist.js';
import { sampleNear } from '../../static/js/rehearsal/given_position.js';
import { HOUSEHOLD_ANSWERS, HOUSEHOLDS, VILLAGE_ANSWERS, villageNotes } from '../../static/js/rehearsal/prepared_answers.js';
import { isForgotten } from '../../static/js/rehearsal/prepared_phone.js';
import { stageOf, stepsDone } from '../../static/js/rehearsal/progress.js';
import { CHECKLIST, enrolledPhone, ORIGIN } from './phone.js';

/** Codes of the core questions of a level that these answers leave open. */
function openOf(level, facts, answers) {
  return coreQuestions(CHECKLIST, level, facts, answers).filter((one) => answerFault(one, answers[one.code])).map((one) => one.code);
}

test('four households are complete, and the village lacks two answers', () => {
  for (const { type } of HOUSEHOLDS) assert.deepEqual(openOf('household', { 'household.type': type }, HOUSEHOLD_ANSWERS), []);
  assert.deepEqual(openOf('village', {}, VILLAGE_ANSWERS), ['V18', 'V48']);
});

test('of the prepared negative answers one is confirmed and one dismissed, so that nothing is left to write', () => {
  const answers = { ...VILLAGE_ANSWERS, ...HOUSEHOLD_ANSWERS };
  assert.deepEqual(CHECKLIST.questions.filter((one) => isNegative(one, answers[one.code])).map((one) => one.code), Object.keys(villageNotes('seen', 'none', 'people')));
});

test('between households lies the time that an interview takes', () => {
  const minutes = HOUSEHOLDS.map((one) => one.minutes);
  assert.ok(minutes.every((one, at) => at === 0 || minutes[at - 1] - one >= 5));
});

test('a given position says that it is one, and is never twice the same', () => {
  const samples = Array.from({ length: 20 }, () => sampleNear({ lon: 111.4, lat: 29.9 }, 7));
  assert.ok(samples.every((one) => one.source === 'demo' && one.t === 7));
  assert.ok(new Set(samples.map((one) => one.lon)).size > 1);
});

const OPEN = { state: 'open' };
const SEALED = { state: 'sealed' };
const LACK = [{ key: 'core' }];

for (const [visit, lacks, waiting, state, status, stage, steps] of [
  [OPEN, LACK, 0, 'draft', 'unvisited', 'record', 0], [OPEN, [], 3, null, '', 'seal', 1], [SEALED, [], 2, null, '', 'send', 1],
  [SEALED, [], 0, 'submitted', 'visited_unverified', 'review', 2], [SEALED, [], 0, 'accepted', 'covered', 'covered', 3],
  [SEALED, LACK, 0, 'accepted', 'visited_unverified', 'short', 3], [SEALED, [], 0, 'returned', 'visited_unverified', 'returned', 2],
  [OPEN, LACK, 1, 'returned', 'visited_unverified', 'record', 0], [SEALED, [], 0, 'rejected', 'unvisited', 'over', 0],
  [{ state: 'abandoned' }, [], 0, 'abandoned', 'unvisited', 'over', 0],
]) {
  test(`phone ${visit.state} with ${lacks.length} lacking and ${waiting} waiting, office ${state}: ${stage}`, () => {
    assert.equal(stageOf({ visit, lacks, waiting }, { status, state }), stage);
    assert.equal(stepsDone(stage), steps);
  });
}

for (const [said, answer, forgotten] of [
  ['does not know it', { status: 401, text: '{"code":"device_unknown"}' }, true], ['took it out of use', { status: 403, text: '{"code":"device_revoked"}' }, true],
  ['knows it', { status: 200, text: '{}' }, false], ['finds its clock off', { status: 401, text: '{"code":"auth_stale"}' }, false], ['is away', null, false],
]) {
  test(`a phone is forgotten only where the office says so: the office ${said}`, async () => {
    const phone = await enrolledPhone();
    const transport = async () => (answer ? { ...answer, header: () => null } : null) ?? Promise.reject(new TypeError('no network'));
    assert.equal(await isForgotten(phone.ports, { transport, origin: ORIGIN }), forgotten);
  });
}
