/** A team-mate's phone joins a visit: one id on both, numbers of its own, what it knows of the other phone, its end. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { webCrypto } from '../../static/js/device/crypto.js';
import { inHalves, joinCode, newVisitId, tidyJoinCode, visitOfCode } from '../../static/js/model/join_code.js';
import { firstNumber, headsOf, matesOf, withMates } from '../../static/js/model/mates.js';
import { missing, needsOf } from '../../static/js/model/missing.js';
import { joinOfLink } from '../../static/js/model/surroundings.js';
import { foldLine, nextHouseholdNumber } from '../../static/js/model/visit.js';
import { householdRecorded, visitJoined, visitLeft, visitReopened, visitSealed } from '../../static/js/model/visit_events.js';
import { CHECKLIST, DECLARED, OPENED, PLACE, VISIT } from './phone.js';

const CASES = JSON.parse(readFileSync(new URL('../rules/join_codes.json', import.meta.url), 'utf8'));
const AT = '2026-11-23T01:00:00.000Z';
const crypto = webCrypto();
const said = (fact) => ({ kind: fact.kind, visit: VISIT, at: AT, body: fact.body });
const folded = (...facts) => facts.reduce((visit, fact) => foldLine(visit, said(fact), PLACE), null);
const JOINED = visitJoined({ assignment: 'a1', round: 'r1', unit: 'u1', village: null, team: 'A', checklist: '2026-1', app: 'test', numbersFrom: 201 });
const household = (id, number) => householdRecorded(
  { household: id, number, type: 'poor', selection: 'random', frame: 'walk', outcome: 'complete', photoRefused: 'asked' });
const MATES = [{ device: 'd1', inspector: 'i1', name: '演示甲', seq: 7, hash: 'h', households: 3 }, { device: 'd2', inspector: 'i2', name: '演示乙', seq: 2, hash: 'g', households: 0 }];

test('id and code are those that the server’s rule reckons', async () => {
  for (const { round, assignment, now_ms, noise, visit, code } of CASES) {
    const fixed = { ...crypto, random: () => new Uint8Array([noise >> 8, noise & 255]) };
    assert.equal(await newVisitId(fixed, { round, assignment }, now_ms), visit);
    assert.equal(await joinCode(crypto, { round, assignment }, visit), code);
    assert.equal(await visitOfCode(crypto, { round, assignment }, inHalves(code).toLowerCase(), now_ms + 3600_000), visit);
    assert.equal(await visitOfCode(crypto, { round, assignment: 'another' }, code, now_ms), null);
  }
});

test('a visit that an older version began has no code', async () => {
  assert.equal(await joinCode(crypto, { round: 'r1', assignment: 'a1' }, VISIT), null);
});

test('a code may be typed with look-alikes, blanks and small letters, and a link brings the same', () => {
  assert.equal(tidyJoinCode(' k2gO-o2pm '), 'K2G002PM');
  for (const typed of ['K2G002P', 'K2G002PMM', 'K2G002PU', '']) assert.equal(tidyJoinCode(typed), null);
  assert.equal(joinOfLink('#join=K2G002PM'), 'K2G002PM');
  assert.equal(joinOfLink('#enrol=K2G002PM'), null);
});

test('each joined phone numbers its households from a hundred of its own', () => {
  const members = ['i3', 'i1', 'i2'];
  assert.deepEqual(members.map((own) => firstNumber(members, own)), [301, 101, 201]);
  const joined = folded(JOINED, household('h1', 201));
  assert.deepEqual([nextHouseholdNumber(folded(JOINED)), nextHouseholdNumber(joined), nextHouseholdNumber(folded(OPENED))], [201, 202, 1]);
});

test('a joined phone asks neither for a companion nor for declarations it never heard', () => {
  const keys = (visit) => missing(visit, CHECKLIST, needsOf({}), Date.parse(AT), null).flatMap((one) => one.reasons);
  assert.ok(keys(folded(OPENED)).includes('inspectors'));
  const joined = keys(folded(JOINED));
  assert.ok(!joined.includes('inspectors') && !joined.includes('compromised'));
});

test('who joined is known after a sync: confirmed on the opener’s phone, and named in its seal', () => {
  const shared = [{ visit: VISIT, sealed_at: null, phones: MATES }];
  const mates = matesOf(shared, VISIT, 'd1');
  assert.deepEqual(mates.map((one) => one.name), ['演示乙']);
  assert.deepEqual(withMates(folded(OPENED), MATES, 'i1').companions, ['i2']);
  assert.deepEqual(visitSealed(folded(OPENED), DECLARED, headsOf(mates)).body.heads, [{ device: 'd2', seq: 2, hash: 'g' }]);
  assert.deepEqual([matesOf(undefined, VISIT, 'd1'), matesOf(shared, 'another', 'd1')], [[], []]);
});

test('a phone whose part is done keeps nothing readable and can mend a returned visit', () => {
  const left = folded(JOINED, household('h1', 201), visitLeft());
  assert.deepEqual([left.state, left.answers, left.counts.households], ['left', { village: {}, households: {} }, 1]);
  assert.equal(foldLine(left, said(visitReopened('f'.repeat(64))), PLACE).state, 'open');
});
