/** A checklist is data: an invented one with every type and rule runs through the model; Python reads the same cases. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { answerFault, askedQuestions, factsIn, figuresOf, photoWanted } from '../../static/js/model/checklist.js';
import { answersToRecord, beyondCore, newInterview, openCore, outcomeOf, steps } from '../../static/js/model/interview.js';
import { proposed } from '../../static/js/model/remark.js';
import { foldLine } from '../../static/js/model/visit.js';
import { answersRecorded } from '../../static/js/model/visit_events.js';
import { CHECKLIST as SHIPPED, OPENED, PLACE, VISIT } from './phone.js';

const CASES = JSON.parse(readFileSync(new URL('../rules/checklist_cases.json', import.meta.url), 'utf8'));
const { checklist: CHECKLIST } = CASES;
const question = (code) => CHECKLIST.questions.find((one) => one.code === code);
const said = (kind, body) => ({ kind, visit: VISIT, at: '2026-11-23T01:00:00.000Z', body });
const OPEN = foldLine(null, said('visit.opened', OPENED.body), PLACE);
const answered = (value) => ({ state: 'answered', value });
const keys = (interview, visit = OPEN) => steps(interview, CHECKLIST, visit).map((one) => one.key);

for (const { level, type, answers, codes } of CASES.asked) {
  test(`${level} ${type ?? ''} ${JSON.stringify(answers)} is asked ${codes}`, () => {
    const facts = type ? { 'household.type': type } : {};
    assert.deepEqual(askedQuestions(CHECKLIST, level, facts, answers).map((one) => one.code), codes);
  });
}

for (const { code, answer, facts, proposal, photo } of CASES.proposed) {
  test(`${code} ${JSON.stringify(answer)} proposes ${JSON.stringify(proposal)}`, () => {
    const given = proposed(CHECKLIST, question(code), answer, facts);
    assert.deepEqual(given && { makes: given.kind, severity: given.severity, topics: given.topics, a9: given.a9 }, proposal);
    assert.equal(photoWanted(question(code), answer, facts, CHECKLIST.params), photo);
  });
}

for (const { code, answer, fault } of CASES.faults) {
  test(`${code} ${JSON.stringify(answer)} counts as answered: ${fault ?? 'yes'}`, () => {
    assert.equal(answerFault(question(code), answer ?? undefined), fault);
  });
}

const village = (change = {}) => ({ ...newInterview({ level: 'village', visit: VISIT, checklist: 'invented-1' }), ...change });
const household = (change = {}) => ({
  ...newInterview({ level: 'household', visit: VISIT, household: 'h1', number: 1, checklist: 'invented-1' }), passed: { door: true },
  choices: { type: 'poor', selection: 'sight', presence: 'talk' }, ...change,
});

test('the core comes first, the rest on wish, and what only ledgers tell after the disclosure', () => {
  assert.deepEqual(keys(village()), ['W01', 'village.class', 'W03', 'end']);
  assert.equal(beyondCore(village(), CHECKLIST), 3);
  assert.deepEqual(keys(village({ more: true })), ['W01', 'village.class', 'W03', 'W04', 'W05', 'W06', 'end']);
  const disclosed = foldLine(OPEN, said('identity.disclosed', {}), PLACE);
  assert.deepEqual(keys(village(), disclosed), ['W01', 'village.class', 'W03', 'W02', 'end']);
});

test('a fact is asked once, before what hangs on it, and stays in sight when it hides that', () => {
  assert.deepEqual(keys(village({ answers: { 'village.class': answered('other') } })), ['W01', 'village.class', 'end']);
  const poor = village({ answers: { W01: answered('yes'), 'village.class': answered('poor'), W03: answered(10) } });
  assert.deepEqual(keys(poor), ['W01', 'photo:W01', 'village.class', 'W03', 'note:W03', 'end']);
  assert.deepEqual(Object.keys(answersToRecord(poor, CHECKLIST)), ['W01', 'village.class', 'W03']);
  assert.deepEqual(factsIn(household({ answers: { 'household.moved': answered('no') } }).answers), { 'household.moved': false });
});

test('answers beyond the core never decide whether a household is complete', () => {
  const core = { X01: answered('ok'), X02: answered('ok'), X03: answered(['a', 'b']) };
  assert.deepEqual(openCore(household({ answers: core }), CHECKLIST), []);
  assert.equal(outcomeOf(household({ answers: { ...core, X04: answered(['b']) }, more: true }), CHECKLIST), 'complete');
});

test('what each side says is recorded apart, figures as numbers and words as private records', () => {
  const answers = { X01: { ...answered('bad'), sides: { says: '没领到', book: '已领', seen: ' ' } }, X07: { ...answered(1), sides: { X07a: '１２００', X07b: 'viel' } } };
  const [first, second] = answersRecorded('household', 'h1', answers).body.answers;
  assert.deepEqual([first.says_private.value, first.book_private.value, first.seen_private], ['没领到', '已领', undefined]);
  assert.deepEqual(second.figures, { X07a: 1200 });
  assert.deepEqual(figuresOf(CHECKLIST, question('X07')).map((one) => one.code), ['X07a', 'X07b']);
});

test('the checklist that ships asks 49 questions of a village and 33 of a household, and knows every fact it hangs them on', () => {
  const count = (level, core) => SHIPPED.questions.filter((one) => one.level === level && (!core || one.core)).length;
  assert.deepEqual([count('village'), count('household'), count('village', true), count('household', true)], [49, 33, 15, 12]);
  const wanted = SHIPPED.questions.flatMap((one) => [one.applies_when?.fact, one.negative_when?.by]).filter((name) => name && name !== 'household.type');
  assert.deepEqual([...new Set(wanted)].sort(), SHIPPED.facts.map((one) => one.code).sort());
  assert.ok(SHIPPED.questions.every((one) => !one.suggest_a9?.startsWith('A9-4')));
});
