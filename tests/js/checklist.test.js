/** Questions as data: what is asked, what counts as answered, what is negative; held against the project's checklist. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answerFault, applies, coreQuestions, isNegative, measured, photoWanted, toggled, unitIn } from '../../static/js/model/checklist.js';
import { CHECKLIST } from './phone.js';

const question = (code) => CHECKLIST.questions.find((one) => one.code === code);
const answered = (value) => ({ state: 'answered', value });

test('a poor household is asked all core questions, an ordinary one only those that apply', () => {
  const codes = (type) => coreQuestions(CHECKLIST, 'household', { 'household.type': type }, {}).map((one) => one.code);
  assert.equal(codes('poor').length, 12);
  assert.deepEqual(codes('poor').filter((code) => !codes('general').includes(code)), ['H09', 'H10', 'H11']);
});

test('a fact that nobody knows hides no question', () => {
  assert.equal(applies(question('V39'), {}, {}), true);
  assert.equal(applies(question('V39'), { 'village.class': 'ordinary' }, {}), false);
});

test('a question that hangs on another answer follows it', () => {
  const hanging = CHECKLIST.questions.find((one) => one.applies_when?.not_in);
  const on = hanging.applies_when.answer;
  assert.equal(applies(hanging, {}, { [on]: answered(hanging.applies_when.not_in[0]) }), false);
  assert.equal(applies(hanging, {}, { [on]: answered('something else') }), true);
});

test('not applicable, not found and refused count once a reason is given', () => {
  for (const state of ['na', 'not_found', 'refused']) {
    assert.equal(answerFault(question('H01'), { state, reason: '  ' }), 'reason');
    assert.equal(answerFault(question('H01'), { state, reason: '门锁着' }), null);
  }
});

test('numbers are numbers within their bounds; an empty multi is an answer, no answer is none', () => {
  assert.equal(answerFault(question('V05'), answered(2)), null);
  assert.equal(answerFault(question('V05'), answered(4)), 'range');
  assert.equal(answerFault(question('V05'), answered('2.')), 'number');
  assert.equal(answerFault(question('V21'), answered([])), null);
  assert.equal(answerFault(question('V21'), undefined), 'missing');
});

test('every operator of the checklist tells negative from positive', () => {
  const cases = [
    ['H01', 'diff', 'same'], ['H03', 'no', 'yes'], ['V05', 1, 2], ['V12', 1, 0],
    ['V21', ['room'], ['room', 'doctor', 'drugs']], ['V44', ['leak'], ['none']],
  ];
  for (const [code, negative, positive] of cases) {
    assert.equal(isNegative(question(code), answered(negative)), true, code);
    assert.equal(isNegative(question(code), answered(positive)), false, code);
  }
  assert.equal(isNegative(question('V39'), answered(399), { 'village.class': 'poor' }), true);
  assert.equal(isNegative(question('V39'), answered(399)), false, 'an unknown class decides nothing');
  assert.equal(isNegative(question('H03'), { state: 'refused', reason: 'x' }), false);
});

test('a photo is wanted always, with a negative answer, or never, as the checklist says', () => {
  assert.equal(photoWanted(question('H05'), answered('safe')), true);
  assert.equal(photoWanted(question('H04'), answered('ok')), false);
  assert.equal(photoWanted(question('H04'), answered('far')), true);
  assert.equal(photoWanted(question('H05'), undefined), false);
});

test('none and the others exclude each other', () => {
  assert.deepEqual(toggled(['leak'], 'none'), ['none']);
  assert.deepEqual(toggled(['none'], 'leak'), ['leak']);
  assert.deepEqual(toggled(['leak', 'coached'], 'leak'), ['coached']);
});

test('what hung on an answer that is sealed away is not asked again', () => {
  const follow = { applies_when: { answer: 'V1', eq: 'no' } };
  const asked = (answer) => applies(follow, {}, answer ? { V1: answer } : {});
  assert.deepEqual([undefined, { state: 'answered', value: 'no' }, { state: 'answered', value: 'yes' }, { state: 'answered' }].map(asked), [true, true, false, false]);
});

test('a number is told with its unit and out of how many, as the office reads it', () => {
  for (const [code, value, english, chinese] of [
    ['V19', 3, '3 / 3', '3 / 3 个'], ['V31', 624, '624 × 10,000 CNY', '624 万元'], ['V20', 4, '4 day', '4 天'], ['V26', 80, '80 %', '80 %'],
    ['V34', 2, '2', '2 次'],
  ]) assert.deepEqual(['en', 'zh'].map((language) => measured(value, question(code).unit, language)), [english, chinese]);
  assert.deepEqual(unitIn('户/3', 'en'), { asked: '3', word: '' });
});
