/** The save point: "saved" is said only of what stands, and a crash between any two writes loses nothing saved. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fixTaken, newWatch, withSample } from '../../static/js/model/fix.js';
import { foldLine } from '../../static/js/model/visit.js';
import { answersRecorded, householdRecorded, identityDisclosed, visitDoubted, visitSealed } from '../../static/js/model/visit_events.js';
import { currentDevice } from '../../static/js/store/devices.js';
import { draftsUnder, readDraft, writeDraft } from '../../static/js/store/drafts.js';
import { bodiesOf, counts, photoBytes, segmentsOf } from '../../static/js/store/outbox.js';
import { save } from '../../static/js/store/record.js';
import { readVisit } from '../../static/js/store/visits.js';
import { DECLARED, enrolledPhone, newPhone, OPENED, openVisit, PLACE, takePhoto, VISIT } from './phone.js';
import { openJwe } from './server_side.js';

const HOUSE = { household: 'h1', number: 1, type: 'poor', selection: 'random', frame: 'walk', outcome: 'complete', respondent: '演示户主' };

async function allLines({ server }) {
  const device = await currentDevice();
  const bodies = await bodiesOf(await segmentsOf(device.device));
  return Promise.all(bodies.map(async (body) => JSON.parse(await openJwe(body, server.enc.privateKey))));
}

test('a saved visit is one chain of signed segments, and the visit is the fold of its lines', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  await save(phone.ports, VISIT, () => ({ facts: [householdRecorded(HOUSE), answersRecorded('household', 'h1', { H03: { state: 'answered', value: 'yes' } })] }));
  const visit = await save(phone.ports, VISIT, () => ({ facts: [identityDisclosed()] }));
  const segments = await allLines(phone);
  const messages = segments.flatMap((one) => one.lines.map((line) => JSON.parse(line)));
  assert.deepEqual(messages.map((one) => [one.seq, one.kind]), [
    [1, 'visit.opened'], [2, 'household.recorded'], [3, 'answers.recorded'], [4, 'identity.disclosed']]);
  // What is kept is JSON: members without a value are not.
  const plain = (value) => JSON.parse(JSON.stringify(value));
  assert.deepEqual(plain(messages.reduce((state, one) => foldLine(state, one, PLACE), null)), plain(visit));
  assert.deepEqual(await readVisit(VISIT), plain(visit));
  assert.equal((await currentDevice()).head.seq, 4);
});

test('a respondent never stands in a line, only the hash of a salted record that travels beside it', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  await save(phone.ports, VISIT, () => ({ facts: [householdRecorded(HOUSE)] }));
  const [, segment] = await allLines(phone);
  assert.ok(!segment.lines.join('').includes('演示户主'));
  const { respondent_private: named } = JSON.parse(segment.lines[0]).body;
  assert.equal(await phone.ports.crypto.sha256(segment.private[0]), named);
  assert.equal(JSON.parse(segment.private[0]).value, '演示户主');
});

test('a photo is kept sealed and is read back before it counts as saved', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const name = await takePhoto(phone);
  const bytes = await photoBytes(name);
  assert.equal(await phone.ports.crypto.sha256(bytes), name);
  assert.equal(new TextDecoder().decode(bytes.slice(0, 4)), 'FCP1');
  assert.equal(bytes.byteLength, 1000 + 4 + 12 + 16);
  assert.deepEqual(await counts(), { saved: 2, waiting: 2, arrived: 0 });
});

test('what does not come back as it was made is not called saved', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const spoiled = { ...phone.ports.crypto, sha256: async () => 'f'.repeat(64) };
  const broken = { ports: { ...phone.ports, crypto: { ...phone.ports.crypto, sha256: phone.ports.crypto.sha256 } } };
  broken.ports.crypto.sha256 = async (data) => (data instanceof ArrayBuffer ? spoiled.sha256() : phone.ports.crypto.sha256(data));
  const sealed = new ArrayBuffer(8);
  const fact = { kind: 'photo.taken', body: { sealed_sha256: 'a'.repeat(64) } };
  await assert.rejects(
    save(broken.ports, VISIT, () => ({ facts: [fact], photos: [{ sealed: 'a'.repeat(64), kind: 'place', bytes: sealed }] })),
    { code: 'not_read_back' });
});

test('two tabs that save at once write one chain, each line once', async () => {
  const phone = await enrolledPhone();
  // Without a shared lock only the look at the head inside the transaction keeps them apart.
  const tab = { ...phone.ports, exclusive: (_name, work) => work() };
  await openVisit(phone);
  await Promise.all([1, 2, 3].map((number) => save(tab, VISIT, (visit) => ({
    facts: [householdRecorded({ ...HOUSE, household: `h${number}`, number: visit.households.length + 1 })] }))));
  const segments = await segmentsOf((await currentDevice()).device);
  assert.deepEqual(segments.map((one) => [one.from, one.to]), [[1, 1], [2, 2], [3, 3], [4, 4]]);
  assert.deepEqual((await readVisit(VISIT)).households.map((one) => one.number), [1, 2, 3]);
});

test('a save point larger than a segment is cut into several, none over the limit', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const long = Array.from({ length: 12 }, (_, at) => ({ kind: 'lead.noted', body: { at, text: '长'.repeat(10000) } }));
  await save(phone.ports, VISIT, () => ({ facts: long }));
  const segments = await allLines(phone);
  assert.ok(segments.length > 2);
  for (const segment of segments) assert.ok(Buffer.byteLength(JSON.stringify(segment)) <= 240 * 1024);
  assert.equal(segments.flatMap((one) => one.lines).length, 13);
});

test('the team may doubt its visit after the seal: one more line, and the visit stays sealed', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  await save(phone.ports, VISIT, (open) => ({ facts: [visitSealed(open, DECLARED)] }));
  const visit = await save(phone.ports, VISIT, () => ({ facts: [visitDoubted('leak', '')] }));
  assert.deepEqual([visit.state, visit.doubts.map((one) => one.reason)], ['sealed', ['leak']]);
  assert.equal((await currentDevice()).head.seq, 3);
});

test('a line over the limit is refused before it enters the chain', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const fact = { kind: 'lead.noted', body: { text: '长'.repeat(30000) } };
  await assert.rejects(save(phone.ports, VISIT, () => ({ facts: [fact] })), { code: 'line_too_long' });
  assert.equal((await currentDevice()).head.seq, 1);
});

test('sealing keeps which parts are there and drops what was answered and where', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const start = fixTaken({ fix: 'f1', purpose: 'start' }, withSample(newWatch(0), { lon: 112.05, lat: 30.05, acc: 9, t: phone.clock.at }), phone.clock.at);
  const given = answersRecorded('village', null, { V10: { state: 'answered', value: 'no' } });
  await save(phone.ports, VISIT, () => ({ facts: [start, householdRecorded(HOUSE), given] }));
  await takePhoto(phone);
  const visit = await save(phone.ports, VISIT, (open) => ({ facts: [visitSealed(open, DECLARED)] }));
  assert.equal(visit.state, 'sealed');
  assert.deepEqual(visit.counts, { households: 1, photos: 1 });
  assert.deepEqual([visit.households.length, visit.answers.village], [1, { V10: { state: 'answered' } }]);
  for (const readable of ['112.05', '"no"', '演示户主']) assert.ok(!JSON.stringify(visit).includes(readable), readable);
  const sealed = JSON.parse((await allLines(phone)).at(-1).lines.at(-1));
  assert.equal(sealed.body.photos.length, 1);
});

test('a phone that is not enrolled records nothing', async () => {
  const phone = await newPhone();
  await assert.rejects(openVisit(phone), { code: 'not_enrolled' });
});

test('a missing fix never blocks a save, and a fix carries the samples it was chosen from', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const now = phone.clock.at;
  const empty = newWatch(now);
  const good = [40, 9, 25].reduce((watch, acc, at) => withSample(watch, { lon: 112, lat: 30, acc, t: now + at }), empty);
  const what = { fix: 'f1', purpose: 'household', household: 'h1' };
  const visit = await save(phone.ports, VISIT, () => ({ facts: [fixTaken(what, empty, now), fixTaken(what, good, now), householdRecorded(HOUSE)] }));
  assert.deepEqual(visit.fixes.map((one) => one.acc), [9]);
  assert.equal(JSON.parse((await allLines(phone)).at(-1).lines[0]).body.samples.length, 3);
});

/** Lets the `n`th write of the database fail, as a page that dies there; everything before it is as the browser left it. */
function crashAtWrite(n) {
  let writes = 0;
  const stores = globalThis.IDBObjectStore.prototype;
  const { put } = stores;
  stores.put = function crashing(...given) {
    writes += 1;
    if (writes === n) {
      this.transaction.abort();
      throw new Error('crash');
    }
    return put.apply(this, given);
  };
  return () => {
    stores.put = put;
    return writes;
  };
}

test('a crash between any two writes of a save leaves all of it or nothing, and the draft stands', async () => {
  for (let n = 1; ; n += 1) {
    const phone = await enrolledPhone();
    await openVisit(phone);
    await writeDraft('interview:x', { field: 'typed' });
    const before = [await counts(), (await currentDevice()).head, await readVisit(VISIT)];
    const restore = crashAtWrite(n);
    const photo = new ArrayBuffer(16);
    const name = await phone.ports.crypto.sha256(photo);
    const change = () => ({
      facts: [householdRecorded(HOUSE), { kind: 'photo.taken', body: { photo: 'p', sha256: 'x', sealed_sha256: name, kind: 'house' } }],
      photos: [{ sealed: name, kind: 'house', bytes: photo }], drafts: { here: { screen: 'visit' } }, dropDrafts: ['interview:x'],
    });
    const saved = await save(phone.ports, VISIT, change).then(() => true, () => false);
    const writes = restore();
    if (saved) {
      assert.equal(await readDraft('interview:x'), undefined);
      assert.ok(writes >= 6, 'the crash was tried at every write');
      break;
    }
    assert.deepEqual([await counts(), (await currentDevice()).head, await readVisit(VISIT)], before);
    assert.deepEqual(await draftsUnder('interview:'), [['interview:x', { field: 'typed' }]]);
    // The same save, tried again, goes through as if nothing had been.
    assert.equal((await save(phone.ports, VISIT, change)).households.length, 1);
  }
});

test('a lost connection is opened once more and the save stands once', async () => {
  const phone = await enrolledPhone();
  const { open } = globalThis.indexedDB;
  let failures = 1;
  globalThis.indexedDB.open = function failing(...given) {
    if (failures > 0) {
      failures -= 1;
      throw new DOMException('Connection to Indexed Database server lost', 'UnknownError');
    }
    return open.apply(this, given);
  };
  await save(phone.ports, VISIT, () => ({ facts: [OPENED] }), PLACE);
  assert.equal((await counts()).saved, 1);
});

test('a full disk is said as such', async () => {
  const phone = await enrolledPhone();
  const stores = globalThis.IDBObjectStore.prototype;
  const { put } = stores;
  stores.put = () => {
    throw new DOMException('', 'QuotaExceededError');
  };
  await assert.rejects(openVisit(phone), { code: 'storage_full' }).finally(() => {
    stores.put = put;
  });
  assert.equal((await counts()).saved, 0);
});
