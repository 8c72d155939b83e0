/** An interview is a draft that can be left and found again at any step; only what is answered is recorded. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  answersToRecord, currentStep, isTouched, newInterview, openCore, outcomeOf, stepAfter, stepBefore, steps,
} from '../../static/js/model/interview.js';
import { coreQuestions } from '../../static/js/model/checklist.js';
import { withRecorded } from '../../static/js/model/proposal.js';
import { foldLine, nextHouseholdNumber } from '../../static/js/model/visit.js';
import { interviewKey, readDraft, writeDraft } from '../../static/js/store/drafts.js';
import { CHECKLIST, DECLARED, enrolledPhone, OPENED, PLACE, VISIT } from './phone.js';

const AT = '2026-11-23T01:00:00.000Z';
const said = (kind, body, at = AT) => ({ kind, visit: VISIT, at, body });
const opened = () => foldLine(null, said('visit.opened', OPENED.body), PLACE);
const after = (visit, ...messages) => messages.reduce((state, one) => foldLine(state, one, PLACE), visit);
const positive = { state: 'answered', value: 'x' };

function talking(type = 'general') {
  const fresh = newInterview({ level: 'household', visit: VISIT, household: 'h1', number: 1, checklist: '2026-1' });
  return { ...fresh, choices: { type, selection: 'random', frame: 'walk', presence: 'talk' }, place: { draw: 1, row: 3 } };
}

/** The same interview with every core question answered. */
function answeredAll(interview) {
  const facts = { 'household.type': interview.choices.type };
  const answers = Object.fromEntries(coreQuestions(CHECKLIST, interview.level, facts, {}).map((one) => [one.code,
    one.type === 'number' ? { state: 'answered', value: 1 } : one.type === 'multi' ? { state: 'answered', value: [] } : positive]));
  return { ...interview, answers };
}

test('the first open step is shown, and the next one comes by itself', () => {
  const fresh = newInterview({ level: 'household', visit: VISIT, household: 'h1', number: 1, checklist: '2026-1' });
  const all = steps(fresh, CHECKLIST, opened());
  assert.equal(currentStep(all, null).key, 'selection');
  const chosen = steps({ ...fresh, choices: { selection: 'sight' } }, CHECKLIST, opened());
  assert.equal(stepAfter(chosen, 'selection'), 'type');
  assert.equal(stepBefore(chosen, 'type'), 'selection');
  assert.equal(stepBefore(chosen, 'selection'), null);
});

test('nobody at home ends the interview at the door', () => {
  const away = { ...talking(), choices: { ...talking().choices, presence: 'not_home' } };
  assert.deepEqual(steps(away, CHECKLIST, opened()).map((one) => one.key), ['selection', 'frame', 'draw', 'type', 'presence', 'end']);
  assert.equal(outcomeOf(away, CHECKLIST), 'not_home');
  assert.deepEqual(answersToRecord({ ...away, answers: { H01: positive } }, CHECKLIST), {});
});

test('complete means every core question answered, anything less is partial', () => {
  assert.equal(outcomeOf(answeredAll(talking('poor')), CHECKLIST), 'complete');
  const { H02: _left, ...rest } = answeredAll(talking('poor')).answers;
  const partial = { ...talking('poor'), answers: rest };
  assert.equal(outcomeOf(partial, CHECKLIST), 'partial');
  assert.deepEqual(openCore(partial, CHECKLIST).map((one) => one.code), ['H02']);
});

test('a household is asked for a photo until one is taken or passed over', () => {
  const keys = (interview, visit) => steps(interview, CHECKLIST, visit).filter((one) => one.kind === 'photo' && !one.done).map((one) => one.key);
  const full = answeredAll(talking());
  assert.ok(keys(full, opened()).includes('photo:H05'));
  const photo = said('photo.taken', { photo: 'p', sha256: 's', sealed_sha256: 'z', kind: 'house', household: 'h1', question: 'H05', source: 'camera' });
  assert.ok(!keys(full, after(opened(), photo)).includes('photo:H05'));
  assert.ok(!keys({ ...full, passed: { 'photo:H05': true } }, opened()).includes('photo:H05'));
});

test('half-typed answers stay in the draft and only changes are recorded again', () => {
  const village = newInterview({ level: 'village', visit: VISIT, checklist: '2026-1' });
  const typed = { ...village, answers: { V01: { state: 'answered', value: 'present' }, V02: { state: 'na', reason: '' }, V05: { state: 'answered', value: '2.' } } };
  const first = answersToRecord(typed, CHECKLIST);
  assert.deepEqual(Object.keys(first), ['V01']);
  const recorded = withRecorded(typed, first, { made: [], remarks: [], dismissed: [], notes: {} });
  assert.deepEqual(answersToRecord(recorded, CHECKLIST), {});
  const changed = { ...recorded, answers: { ...recorded.answers, V01: { state: 'answered', value: 'absent' } } };
  assert.deepEqual(Object.keys(answersToRecord(changed, CHECKLIST)), ['V01']);
});

test('a draft is found again as it was left, step and all', async () => {
  await enrolledPhone();
  const left = { ...talking(), answers: { H01: positive }, at: 'H02', respondent: '演' };
  await writeDraft(interviewKey(VISIT, 'h1'), left);
  const found = await readDraft(interviewKey(VISIT, 'h1'));
  assert.deepEqual(found, left);
  assert.equal(currentStep(steps(found, CHECKLIST, opened()), found.at).key, 'H02');
});

test('a step that no longer exists gives way to the first open one', () => {
  const gone = { ...talking(), at: 'H09' };
  assert.equal(currentStep(steps(gone, CHECKLIST, opened()), gone.at).key, 'door');
});

test('a draft is unsaved work once something was chosen, and of the village once an answer counts', () => {
  const fresh = newInterview({ level: 'household', visit: VISIT, household: 'h1', number: 1, checklist: '2026-1' });
  assert.equal(isTouched(fresh), false);
  assert.equal(isTouched({ ...fresh, choices: { type: 'poor' } }), true);
  const village = newInterview({ level: 'village', visit: VISIT, checklist: '2026-1' });
  const answered = { ...village, answers: { V01: positive } };
  assert.deepEqual([village, answered].map((one) => Object.keys(answersToRecord(one, CHECKLIST)).length), [0, 1]);
});

test('a household recorded again replaces itself; numbers go on', () => {
  const house = (id, number) => said('household.recorded', { household: id, number, type: 'poor', selection: 'sight', outcome: 'partial' });
  const visit = after(opened(), house('h1', 1), house('h2', 2), house('h1', 1));
  assert.equal(visit.households.length, 2);
  assert.equal(nextHouseholdNumber(visit), 3);
});

test('kinds that this app does not know change nothing', () => {
  assert.deepEqual(after(opened(), said('drone.flown', { height: 3 })), opened());
  assert.deepEqual(opened().declarations, DECLARED);
});
