/** The countable visit: companion, door, somebody beside, the posted list, remarks in own words, the next house, the return. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { webCrypto } from '../../static/js/device/crypto.js';
import { companionProof, possibleCompanions, tidyCompanionCode } from '../../static/js/model/companion.js';
import {
  answersToRecord, companyOf, newInterview, outcomeOf, replacing, stepAfter, steps, wantsReplacement, wholeDraft,
} from '../../static/js/model/interview.js';
import { evidenceOf, proposed, severitiesFrom } from '../../static/js/model/remark.js';
import { foldLine, wholeVisit } from '../../static/js/model/visit.js';
import { cadreArrived, companionConfirmed, householdRecorded, noted, visitReopened, visitSealed } from '../../static/js/model/visit_events.js';
import { currentDevice } from '../../static/js/store/devices.js';
import { bodiesOf, segmentsOf } from '../../static/js/store/outbox.js';
import { save } from '../../static/js/store/record.js';
import { CHECKLIST, DECLARED, enrolledPhone, OPENED, openVisit, PLACE, takePhoto, VISIT } from './phone.js';
import { openJwe } from './server_side.js';

const AT = '2026-11-23T01:00:00.000Z';
const said = (kind, body) => ({ kind, visit: VISIT, at: AT, body });
const folded = (...messages) => messages.reduce((state, one) => foldLine(state, one, PLACE), foldLine(null, said('visit.opened', OPENED.body), PLACE));
/** Made by Python's hashlib and hmac from the code 424242. */
const MEMBER = { id: 'a2', name: '演示乙', code_salt: '000102030405060708090a0b0c0d0e0f', code_check: 'c949eca61fc984cfc51e31c80a95fd4b3e2268e76412a0f184e1b18fa034bae2' };
const PROOF = '5cee12f493b84176833d1ed7f760ed1ac696df3f5a21d7e20bd9ea73bb92a888';
const question = (code) => CHECKLIST.questions.find((one) => one.code === code);
const answered = (value) => ({ state: 'answered', value });

function household(choices = {}, more = {}) {
  const fresh = newInterview({ level: 'household', visit: VISIT, household: 'h1', number: 1, checklist: '2026-1' });
  return { ...fresh, choices: { type: 'general', selection: 'random', frame: 'walk', presence: 'talk', ...choices }, ...more };
}

const keys = (interview, visit = folded()) => steps(interview, CHECKLIST, visit).map((one) => one.key);

async function lastBody({ server }) {
  const segments = await segmentsOf((await currentDevice()).device);
  const payload = JSON.parse(await openJwe((await bodiesOf(segments)).at(-1), server.enc.privateKey));
  return { ...JSON.parse(payload.lines.at(-1)), private: payload.private };
}

test('a companion’s own code proves itself without a network, as the server reckons it, and no other code does', async () => {
  const crypto = webCrypto();
  assert.equal(await companionProof(crypto, MEMBER, '424242', VISIT), PROOF);
  assert.equal(await companionProof(crypto, MEMBER, '424243', VISIT), null);
  assert.notEqual(await companionProof(crypto, MEMBER, '424242', 'another visit'), PROOF);
});

test('six digits are a code however they are typed', () => {
  for (const typed of ['424242', '４２４２４２', '424 242', '424-242']) assert.equal(tidyCompanionCode(typed), '424242');
  for (const typed of ['KHMX 4729', 'khmx-4729', 'ＫＨＭＸ４７２９']) assert.equal(tidyCompanionCode(typed), 'KHMX4729');
  for (const typed of ['42424', '4242422', '42424a', '2345678O', '']) assert.equal(tidyCompanionCode(typed), null);
});

test('nobody confirms themselves, twice, or without a code', () => {
  const members = [{ ...MEMBER, id: 'a1' }, MEMBER, { id: 'a3', name: '演示丙' }];
  assert.deepEqual(possibleCompanions(members, 'a1', folded()).map((one) => one.id), ['a2']);
  const confirmed = folded(said('companion.confirmed', companionConfirmed('a2', PROOF).body));
  assert.deepEqual(possibleCompanions(members, 'a1', confirmed), []);
});

test('the door card comes before the first question and nothing is asked where they decline', () => {
  const all = steps(household(), CHECKLIST, folded());
  assert.equal(stepAfter(all, 'presence'), 'door');
  assert.equal(all[all.findIndex((one) => one.key === 'door') + 1].kind, 'question');
  const declined = household({ presence: 'refused' }, { passed: { door: true }, answers: { H03: answered('no') } });
  assert.deepEqual([keys(declined).at(-1), outcomeOf(declined, CHECKLIST), answersToRecord(declined, CHECKLIST)], ['end', 'refused', {}]);
});

test('somebody beside ends or moves an interview, and it is told whether the household was alone', () => {
  assert.deepEqual(companyOf(household()), { presentOther: false, alone: true });
  assert.deepEqual(companyOf(household({}, { beside: 'left' })), { presentOther: true, alone: true });
  assert.deepEqual(companyOf(household({}, { beside: 'stayed' })), { presentOther: true, alone: false });
  const ended = household({}, { beside: 'ended', answers: { H03: answered('no') } });
  assert.deepEqual(keys(ended).slice(-2), ['presence', 'end']);
  assert.equal(outcomeOf(ended, CHECKLIST), 'partial');
  assert.deepEqual(Object.keys(answersToRecord(ended, CHECKLIST)), ['H03']);
});

test('after a cadre came each household is asked whether they are alone', () => {
  assert.ok(!keys(household()).includes('company'));
  const visit = folded(said('cadre.arrived', cadreArrived().body));
  assert.ok(keys(household(), visit).includes('company'));
  assert.equal(companyOf(household({ company: 'watched' })).alone, false);
});

test('a negative answer proposes what its question makes, as grave as the checklist says or worse', () => {
  assert.deepEqual(proposed(CHECKLIST, question('V12'), answered(1), {}), { kind: 'lead', severity: 'serious', a9: 'A9-1b', topics: ['HQ'] });
  assert.deepEqual(proposed(CHECKLIST, question('H02'), answered('staple_only'), {}), { kind: 'finding', severity: 'serious', a9: 'A9-2a', topics: ['ZB09'] });
  assert.equal(proposed(CHECKLIST, question('H02'), answered('short'), {}).severity, 'urgent');
  assert.equal(proposed(CHECKLIST, question('H02'), answered('ok'), {}), null);
  assert.deepEqual(severitiesFrom('serious'), ['serious', 'urgent']);
});

test('the words of a remark travel as a private record, with the photos of its question', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  await takePhoto(phone, { kind: 'house', household: 'h1' });
  const remark = { kind: 'finding', note: 'n1', level: 'household', household: 'h1', question: null, topic: 'ZB06', a9: null, severity: 'serious', fact: '屋顶塌了一角。' };
  const visit = await save(phone.ports, VISIT, (open) => ({ facts: [noted(remark, evidenceOf(open, remark))] }));
  const line = await lastBody(phone);
  assert.equal(line.kind, 'finding.noted');
  assert.match(line.body.fact_private, /^[0-9a-f]{64}$/);
  assert.deepEqual(line.body.photos, visit.photos.map((one) => one.photo));
  assert.ok(!JSON.stringify(line.body).includes('屋顶') && line.private[0].includes('屋顶塌了一角。'));
  assert.deepEqual(visit.notes.map((one) => [one.kind, one.household]), [['finding', 'h1']]);
  assert.deepEqual(evidenceOf(visit, { household: null, question: null }), []);
});

test('the reason for no photo and the company are told, and left out where there is nothing to tell', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const given = { household: 'h1', number: 1, type: 'poor', selection: 'random', frame: 'walk', outcome: 'complete' };
  await save(phone.ports, VISIT, () => ({ facts: [householdRecorded({ ...given, photoRefused: '不愿意拍', presentOther: true, alone: false })] }));
  const { body } = await lastBody(phone);
  assert.deepEqual([body.present_other, body.alone, body.photo_refused_private.length], [true, false, 64]);
  const visit = await save(phone.ports, VISIT, () => ({ facts: [householdRecorded({ ...given, household: 'h2', photoRefused: ' ', presentOther: false, alone: true })] }));
  assert.deepEqual(Object.keys((await lastBody(phone)).body), Object.keys({ ...given }));
  assert.deepEqual(visit.households.map((one) => one.photo_refused), [true, false]);
});

test('the next house stands in for one where nobody is home, found in the same way', () => {
  const away = household({ selection: 'random', frame: 'posted_list', presence: 'not_home' });
  assert.deepEqual([away, household()].map(wantsReplacement), [true, false]);
  const next = replacing(newInterview({ level: 'household', visit: VISIT, household: 'h2', number: 2, checklist: '2026-1' }), away);
  assert.deepEqual([next.replaces, next.choices], [1, { selection: 'random', frame: 'posted_list' }]);
});

test('a visit and a draft kept by an earlier version are read with what was not known then', () => {
  const { companions: _c, notes: _n, cadre_at: _a, returned: _r, ...earlier } = folded();
  assert.deepEqual(wholeVisit(earlier), folded());
  const { notes: _notes, beside: _b, photoRefused: _p, replaces: _s, ...draft } = household();
  assert.deepEqual(wholeDraft(draft), household());
});

test('a returned visit is recorded further on the same chain and sealed again with every photo', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  await takePhoto(phone);
  await save(phone.ports, VISIT, (open) => ({ facts: [visitSealed(open, DECLARED)] }));
  const mending = await save(phone.ports, VISIT, () => ({ facts: [visitReopened('d'.repeat(64))] }));
  assert.equal(mending.state, 'open');
  await takePhoto(phone, { kind: 'house' });
  const again = await save(phone.ports, VISIT, (open) => ({ facts: [visitSealed(open, DECLARED)] }));
  const line = await lastBody(phone);
  assert.deepEqual([again.state, line.kind, line.body.photos.length, line.seq], ['sealed', 'visit.sealed', 2, 6]);
});
