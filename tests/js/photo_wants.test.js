/** A finding has a photo or the reason why there is none, and so has an answer that wants one; neither keeps a visit from its seal. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { missing, needsOf } from '../../static/js/model/missing.js';
import { photoWants } from '../../static/js/model/photo_wants.js';
import { notedFacts } from '../../static/js/model/proposal.js';
import { foldLine } from '../../static/js/model/visit.js';
import { answersRecorded, householdRecorded, photoAbsent, visitSealed } from '../../static/js/model/visit_events.js';
import { CHECKLIST, DECLARED, OPENED, PLACE, VISIT } from './phone.js';

const AT = '2026-11-23T01:00:00.000Z';
const fold = (visit, { kind, body }) => foldLine(visit, { kind, visit: VISIT, at: AT, body }, PLACE);
const OPEN = fold(null, { kind: 'visit.opened', body: OPENED.body });
const after = (...facts) => facts.reduce(fold, OPEN);
const wants = (...facts) => photoWants(after(...facts), CHECKLIST).map(({ household, question, note }) => [household, question, note]);
const answers = (level, household, given) => answersRecorded(level, household, Object.fromEntries(
  Object.entries(given).map(([code, value]) => [code, { state: 'answered', value }])));
const house = (more = {}) => householdRecorded({ household: 'h1', number: 1, type: 'general', selection: 'sight', outcome: 'complete', ...more });
const photo = (household, question) => ({ kind: 'photo.taken', body: {
  photo: 'p1', sha256: 'a', sealed_sha256: 'b', kind: 'other', source: 'camera', ...(household ? { household } : {}), ...(question ? { question } : {}) } });
const finding = (more = {}) => ({ kind: 'finding', note: 'n1', level: 'household', household: 'h1', question: 'H02', topic: null, a9: null, severity: 'urgent',
  fact: '缸里没有米。', ...more });
const noted = (more) => notedFacts(finding(more), null);

test('a finding without a photo wants one until it is taken at its question or one line says why not', () => {
  assert.deepEqual(wants(house(), ...noted()), [['h1', 'H02', 'n1']]);
  assert.deepEqual(wants(house(), ...noted(), photo('h1', 'H02')), []);
  assert.deepEqual(wants(house(), ...noted({ noPhoto: '只有人。' })), []);
  assert.deepEqual(wants(house(), ...noted(), photoAbsent({ ...finding(), reason: '只有人。' })), []);
  assert.deepEqual(wants(house(), ...noted(), photo('h2', 'H02')), [['h1', 'H02', 'n1']]);
  assert.deepEqual(wants(house(), ...noted(), photoAbsent({ ...finding({ household: 'h2', note: null }), reason: '别家。' })), [['h1', 'H02', 'n1']]);
});

test('what was only heard, and what is good, wants no photo, and a finding of no question takes a reason of its own', () => {
  assert.deepEqual(wants(...noted({ kind: 'lead' }), ...noted({ kind: 'commendation' })), []);
  const free = { level: 'village', household: null, question: null };
  assert.deepEqual(wants(...noted(free), ...noted({ ...free, note: 'n2', noPhoto: '牌子掉了。' })), [[null, null, 'n1']]);
});

test('an answer that wants a photo wants it after it was passed over, once even where a finding stands on it', () => {
  assert.deepEqual(wants(answers('village', null, { V02: 'no' })), [[null, 'V02', null]]);
  assert.deepEqual(wants(answers('village', null, { V02: 'yes' })), []);
  assert.deepEqual(wants(answers('village', null, { V02: 'no' }), ...noted({ level: 'village', household: null, question: 'V02' })), [[null, 'V02', 'n1']]);
  assert.deepEqual(wants(answers('village', null, { V02: 'no' }), photo(null, 'V02')), []);
});

test('whoever would not have their house photographed is not asked again for any of their answers', () => {
  const given = answers('household', 'h1', { H05: 'safe' });
  assert.deepEqual(wants(house(), given), [['h1', 'H05', null]]);
  assert.deepEqual(wants(house({ photoRefused: '不愿意。' }), given, ...noted()), []);
});

test('what is wanting stands under what is missing with no rule of its own, and is sealed with the rest', () => {
  const visit = after(house(), ...noted());
  const lack = missing(visit, CHECKLIST, needsOf({}), Date.parse(AT), null).find((one) => one.key === 'evidence');
  assert.deepEqual([lack?.values, lack?.reasons, lack?.go], [{ n: 1 }, [], { screen: 'evidence' }]);
  assert.equal(fold(visit, visitSealed(visit, DECLARED)).state, 'sealed');
});
