/** A negative answer proposes; the inspector confirms in own words or dismisses with a reason. Each is a fact, none twice. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newInterview, steps } from '../../static/js/model/interview.js';
import { missing, needsOf } from '../../static/js/model/missing.js';
import { settle, settledFacts, withRecorded } from '../../static/js/model/proposal.js';
import { foldLine, openProposals } from '../../static/js/model/visit.js';
import { visitSealed } from '../../static/js/model/visit_events.js';
import { CHECKLIST, DECLARED, OPENED, PLACE, VISIT } from './phone.js';

const AT = '2026-11-23T01:00:00.000Z';
const fold = (visit, { kind, body }) => foldLine(visit, { kind, visit: VISIT, at: AT, body }, PLACE);
const OPEN = fold(null, { kind: 'visit.opened', body: OPENED.body });
const answered = (value) => ({ state: 'answered', value });
const ids = () => { let n = 0; return () => `u${(n += 1)}`; };
const kinds = (settled) => settledFacts(settled, null).map((one) => one.kind);

function household(change) {
  return { ...newInterview({ level: 'household', visit: VISIT, household: 'h1', number: 1, checklist: '2026-1' }),
    choices: { type: 'general', selection: 'sight', presence: 'talk' }, ...change };
}

test('a negative answer is recorded as a proposal and nothing more until the inspector decides', () => {
  const interview = household({ answers: { H02: answered('short'), H03: answered('no'), H06: answered('all') }, notes: { H03: { fact: '   ' } } });
  const settled = settle(interview, CHECKLIST, ids());
  assert.deepEqual(kinds(settled), ['proposal.made', 'proposal.made']);
  assert.deepEqual(settledFacts(settled, null)[0].body, {
    proposal: 'u1', level: 'household', household: 'h1', question: 'H02', makes: 'finding', severity: 'urgent', topics: ['ZB09'], a9: 'A9-2a' });
  assert.deepEqual(kinds(settle(withRecorded(interview, {}, settled), CHECKLIST, ids())), []);
});

test('own words confirm it, a reason dismisses it, and neither is recorded twice', () => {
  const interview = household({
    answers: { H02: answered('short'), H03: answered('no') }, notes: { H02: { fact: '缸里没有米。' }, H03: { fact: '', dismissed: '被褥刚洗了晾着。' } } });
  const settled = settle(interview, CHECKLIST, ids());
  assert.deepEqual(kinds(settled), ['proposal.made', 'proposal.made', 'finding.noted', 'proposal.dismissed']);
  const [, , noted, dismissed] = settledFacts(settled, null);
  assert.deepEqual([noted.body.proposal, noted.body.severity, noted.body.topic], [settled.made[0].proposal, 'urgent', 'ZB09']);
  assert.deepEqual([dismissed.body.proposal, dismissed.body.why, dismissed.body.reason_private.value], [settled.made[1].proposal, 'no_case', '被褥刚洗了晾着。']);
  const after = withRecorded(interview, {}, settled);
  assert.deepEqual(kinds(settle(after, CHECKLIST, ids())), []);
  const visit = settledFacts(settled, null).reduce(fold, OPEN);
  assert.deepEqual(visit.proposals.map((one) => one.state), ['confirmed', 'dismissed']);
});

test('a changed answer takes its open proposal back, and what was confirmed stays', () => {
  const interview = household({ answers: { H02: answered('short'), H03: answered('no') }, notes: { H02: { fact: '缸里没有米。' } } });
  const first = settle(interview, CHECKLIST, ids());
  const changed = { ...withRecorded(interview, {}, first), answers: { H02: answered('ok'), H03: answered('yes') } };
  const second = settle(changed, CHECKLIST, ids());
  assert.deepEqual(second.dismissed, [{ proposal: first.made[1].proposal, why: 'answer_changed', reason: '' }]);
  const gone = withRecorded(changed, {}, second);
  assert.deepEqual(kinds(settle(gone, CHECKLIST, ids())), []);
  const again = settle({ ...gone, answers: { ...gone.answers, H03: answered('no') } }, CHECKLIST, () => 'fresh');
  assert.deepEqual(again.made.map((one) => one.proposal), ['fresh']);
});

test('one question can be settled at once while the others wait', () => {
  const interview = household({ answers: { H02: answered('short'), H03: answered('no') }, notes: { H02: { fact: '缸里没有米。' } } });
  assert.deepEqual(kinds(settle(interview, CHECKLIST, ids(), ['H02'])), ['proposal.made', 'finding.noted']);
});

test('an open proposal is missing until it is decided, the urgent one before everything else, and outlives the seal', () => {
  const settled = settle(household({ answers: { H02: answered('short'), H03: answered('no') } }), CHECKLIST, ids());
  const visit = settledFacts(settled, null).reduce(fold, OPEN);
  const lacks = missing(visit, CHECKLIST, needsOf({}), Date.parse(AT), null);
  assert.deepEqual([lacks[0].key, lacks[0].go.screen], ['proposals_urgent', 'proposal']);
  assert.ok(lacks.some((one) => one.key === 'proposals' && one.values.n === 1 && one.reasons.length === 0));
  assert.deepEqual(openProposals(visit).map((one) => one.question), ['H02', 'H03']);
  const decided = fold(visit, { kind: 'proposal.dismissed', body: { proposal: 'u2', why: 'no_case' } });
  assert.deepEqual(fold(decided, visitSealed(decided, DECLARED)).proposals.map((one) => one.question), ['H02'], 'what was decided is sealed away');
});

test('a proposal decided on its own screen is no open step of the interview', () => {
  const interview = household({ answers: { H03: answered('no') } });
  const settled = settle(interview, CHECKLIST, ids());
  const after = withRecorded(interview, {}, settled);
  const step = (visit) => steps(after, CHECKLIST, visit).find((one) => one.key === 'note:H03');
  const made = settledFacts(settled, null).reduce(fold, OPEN);
  assert.equal(step(made).done, false);
  assert.equal(step(fold(made, { kind: 'proposal.dismissed', body: { proposal: 'u1', why: 'no_case' } })).done, true);
});
