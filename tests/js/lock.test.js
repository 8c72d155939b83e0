/** The lock: nothing readable lies on a phone beside it, nothing sealed needs it, and no way of losing a PIN loses sealed work. */

import assert from 'node:assert/strict';
import { IDBFactory } from 'fake-indexeddb';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { obeys } from '../../static/js/model/order.js';
import { strengthOf, waitAfterTries, waitLeft } from '../../static/js/model/phone_lock.js';
import { householdRecorded, visitReopened, visitSealed } from '../../static/js/model/visit_events.js';
import { SCHEMA, withDatabase } from '../../static/js/store/database.js';
import { currentDevice } from '../../static/js/store/devices.js';
import { readDraft, readHere, writeDraft } from '../../static/js/store/drafts.js';
import { changeSecret, setLock, unlock, wipe, wipedState } from '../../static/js/store/locking.js';
import { counts } from '../../static/js/store/outbox.js';
import { readPack, writePack } from '../../static/js/store/pack.js';
import { readReturn, sayReturn } from '../../static/js/store/planned_return.js';
import { save } from '../../static/js/store/record.js';
import { conceal, isLocked, openedVault, openVault, readLock, reveal, shutVault } from '../../static/js/store/vault.js';
import { readVisit, visitOf } from '../../static/js/store/visits.js';
import { enrolByToken } from '../../static/js/sync/enrol.js';
import { DECLARED, enrolledPhone, newPhone, openVisit, SECRET, takePhoto, VISIT } from './phone.js';

const SECRETS = ['演示户主', '演示镇', '演示村', '演示县', 'test phone', 'typed at the door', '420000000'];
const HOUSE = { household: 'h1', number: 1, type: 'poor', selection: 'random', frame: 'walk', outcome: 'complete', respondent: '演示户主' };

/** Everything that lies in the database, as one text: bytes as the text that they would be. */
async function everything() {
  const read = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return Buffer.from(value).toString('latin1') + Buffer.from(value).toString('utf8');
    if (value instanceof CryptoKey) return `key ${value.type} ${value.usages}`;
    if (value && typeof value === 'object') return Object.entries(value).map(([name, one]) => `${name} ${read(one)}`).join('\n');
    return String(value);
  };
  return withDatabase(async (db) => (await Promise.all([...db.objectStoreNames].map(
    async (name) => read([await db.getAllKeys(name), await db.getAll(name)])))).join('\n'));
}

/** A phone in the middle of its day: pack, visit, household, photo, drafts, a planned return. */
async function busyPhone(phone) {
  await writePack({
    cursor: 'c1', round: null, hidden: [], members: [], params: {}, checklist: { version: '2026-1', questions: [] },
    assignments: [{ assignment: 'a1', unit: '420000000', unit_name: '演示镇', villages: [{ id: 'v1', name: '演示村' }] }],
  }, '"1"');
  await openVisit(phone);
  await takePhoto(phone);
  await save(phone.ports, VISIT, () => ({ facts: [householdRecorded(HOUSE)] }));
  await writeDraft(`note:${VISIT}`, { fact: 'typed at the door' });
  await sayReturn({ at: phone.clock.at + 3600000, unit: '420000000' });
  return phone;
}

test('nothing readable lies on a locked phone, and its signing key does not lie there to be used', async () => {
  const phone = await busyPhone(await enrolledPhone());
  await phone.sync();
  const text = await everything();
  for (const secret of SECRETS) assert.ok(!text.includes(secret), secret);
  assert.equal(text.match(/key private/g)?.length, 1, 'the transport key alone');
  shutVault();
  assert.equal(await isLocked(), true);
  await assert.rejects(readVisit(VISIT), { code: 'locked' });
  await assert.rejects(writeDraft('x', 1), { code: 'locked' });
  await assert.rejects(save(phone.ports, VISIT, () => ({ facts: [householdRecorded(HOUSE)] })), { code: 'locked' });
  assert.equal(await unlock(phone.ports, 'other words'), 'wrong');
  assert.equal(await unlock(phone.ports, SECRET), 'open');
  assert.equal((await readVisit(VISIT)).households.length, 1);
  assert.deepEqual(await readDraft(`note:${VISIT}`), { fact: 'typed at the door' });
  assert.equal((await readPack()).pack.assignments[0].unit_name, '演示镇');
  assert.equal((await readReturn()).plan.unit, '420000000');
  assert.equal((await currentDevice()).inspector.team, 'A');
});

test('a tab that outlived its keys writes nothing, and what it wrote in between stops nobody', async () => {
  const phone = await busyPhone(await enrolledPhone());
  const [old, lock] = [openedVault(), await readLock()];
  await wipe('forgotten', 1);
  openVault(old, lock);
  await assert.rejects(writeDraft('here', 'typed in the other tab'), { code: 'locked' });
  await assert.rejects(writeDraft('here', 'typed once more'), { code: 'locked' });
  assert.equal(await isLocked(), false);
  assert.ok(!(await everything()).includes('typed'));
  await setLock(phone.ports, 'other rice, other wind', { rounds: 1000 });
  const late = await conceal('written by the old key', 'draft here', old);
  await withDatabase((db) => db.put('drafts', late, 'here'));
  assert.equal(await readHere(), undefined);
  openVault(old, lock);
  assert.equal(await isLocked(), true);
  await assert.rejects(readHere(), { code: 'locked' });
});

test('what is sealed is sent and reported while the phone is locked, and nothing is fetched', async () => {
  const phone = await busyPhone(await enrolledPhone());
  phone.server.pack = { cursor: 'c2', assignments: [], params: {} };
  shutVault();
  const { code } = await phone.sync();
  assert.equal(code, 'done');
  assert.deepEqual(await counts(), { saved: 3, waiting: 0, arrived: 3 });
  const { visits, unsent, ...report } = phone.server.states.at(-1);
  assert.deepEqual([visits, unsent.segments, 'planned_return' in report], [[], 0, false]);
  assert.equal(await unlock(phone.ports, SECRET), 'open');
  assert.equal((await readPack()).pack.cursor, 'c1');
  assert.equal((await readVisit(VISIT)).state, 'open');
});

test('with the seal the phone drops its own key of the visit: what was written of it before opens no more', async () => {
  const phone = await busyPhone(await enrolledPhone());
  const row = () => withDatabase((db) => db.get('visits', VISIT));
  const draft = await withDatabase((db) => db.get('drafts', `note:${VISIT}`));
  const open = await row();
  assert.equal((await visitOf(open)).households[0].household, 'h1');
  await save(phone.ports, VISIT, (visit) => ({ facts: [visitSealed(visit, DECLARED)] }));
  const ended = await row();
  assert.deepEqual([ended.key, (await visitOf(ended)).state, (await visitOf(ended)).counts.households], [undefined, 'sealed', 1]);
  // Old values stay in the browser's files until it tidies up, and with them nothing that opens them but their own old key.
  await assert.rejects(reveal(open.body, `visit ${VISIT}`), { code: 'locked' });
  await assert.rejects(reveal(draft, `draft note:${VISIT}`), { code: 'locked' });
  assert.equal(await readDraft(`note:${VISIT}`), undefined);
  await save(phone.ports, VISIT, () => ({ facts: [visitReopened('1'.repeat(64))] }));
  assert.notDeepEqual((await row()).key, open.key);
  await writeDraft(`note:${VISIT}`, { fact: 'mended' });
  shutVault();
  assert.equal(await unlock(phone.ports, SECRET), 'open');
  assert.deepEqual([(await readVisit(VISIT)).state, await readDraft(`note:${VISIT}`)], ['open', { fact: 'mended' }]);
});

test('a letter typed before a save point is never written after it', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const typed = writeDraft('interview:x', { field: 'last letter' });
  await save(phone.ports, VISIT, () => ({ facts: [householdRecorded(HOUSE)], dropDrafts: ['interview:x'] }));
  await typed;
  assert.equal(await readDraft('interview:x'), undefined);
});

test('letters typed one after another are kept in their order, however long each takes to conceal', async () => {
  await enrolledPhone();
  const all = Array.from({ length: 40 }, (_, at) => writeDraft('d', { text: 'x'.repeat(40 - at), at }));
  await Promise.all(all);
  assert.equal((await readDraft('d')).at, 39);
});

test('a phone from before there were locks gets its PIN with all it holds, in one transaction or not at all', async () => {
  for (let n = 1; ; n += 1) {
    const phone = await newPhone();
    await enrolByToken(phone.ports, phone.link, { token: 'TOKEN', name: 'test phone' });
    await busyPhone(phone);
    const before = await everything();
    const stores = globalThis.IDBObjectStore.prototype;
    const { put } = stores;
    let writes = 0;
    stores.put = function crashing(...given) {
      writes += 1;
      if (writes === n) throw new Error('crash');
      return put.apply(this, given);
    };
    const set = await setLock(phone.ports, SECRET, { rounds: 1 }).then(() => true, () => false);
    stores.put = put;
    if (!set) {
      assert.equal(await readLock(), undefined);
      assert.equal(await everything(), before);
      continue;
    }
    assert.ok(writes >= 6);
    const text = await everything();
    for (const secret of SECRETS) assert.ok(!text.includes(secret), secret);
    assert.equal((await readVisit(VISIT)).households.length, 1);
    assert.deepEqual(await counts(), { saved: 3, waiting: 3, arrived: 0 });
    // Its old signing key lay open: once its visit is ended it goes on as its own successor.
    await phone.sync();
    const old = (await currentDevice()).device;
    await save(phone.ports, VISIT, (open) => ({ facts: [visitSealed(open, DECLARED)], dropDrafts: [] }));
    await phone.sync();
    const device = await currentDevice();
    assert.notEqual(device.device, old);
    assert.ok(device.signing.wrapped);
    assert.equal((await everything()).match(/key private sign/g)?.length, 2, 'two transport keys and no signing key');
    break;
  }
});

test('the secret is changed whole or not at all: a page killed in the middle leaves the old one that opens everything', async () => {
  const phone = await busyPhone(await enrolledPhone());
  await writePack({ cursor: 'c2', assignments: [], params: { wipe_after_tries: 9 } }, null);
  const before = await readLock();
  const opens = async (secret) => {
    shutVault();
    const came = await unlock(phone.ports, secret);
    return came === 'open' ? (await readDraft(`note:${VISIT}`)).fact : came;
  };
  const stores = globalThis.IDBObjectStore.prototype;
  const { put } = stores;
  stores.put = function killed(value, key) {
    // Its trial was counted; the new lock itself is never written.
    if (value.salt && String(value.salt) !== String(before.salt)) throw new Error('killed');
    return put.call(this, value, key);
  };
  await assert.rejects(changeSecret(phone.ports, SECRET, 'other rice, other wind', { rounds: 1 }));
  stores.put = put;
  assert.equal(await opens('other rice, other wind'), 'wrong');
  assert.equal(await opens(SECRET), 'typed at the door');
  assert.equal(await changeSecret(phone.ports, SECRET, '295173', { rounds: 1 }), 'changed');
  const { kind, wipe_after, tries } = await readLock();
  assert.deepEqual([kind, wipe_after, tries], ['pin', 9, 0]);
  assert.equal(await opens(SECRET), 'wrong');
  assert.equal(await opens('295173'), 'typed at the door');
  await save(phone.ports, VISIT, () => ({ facts: [householdRecorded({ ...HOUSE, household: 'h2', number: 2 })] }));
  assert.equal((await readVisit(VISIT)).households.length, 2);
});

test('another tab goes on writing after the secret was changed, and of two changes at once one alone counts', async () => {
  const phone = await busyPhone(await enrolledPhone());
  const [vault, lock] = [openedVault(), await readLock()];
  const [one, two] = await Promise.allSettled([
    changeSecret(phone.ports, SECRET, '295173', { rounds: 1 }), changeSecret(phone.ports, SECRET, '826401', { rounds: 1 })]);
  assert.equal([one, two].filter(({ value }) => value === 'changed').length, 1);
  assert.equal([one, two].find(({ reason }) => reason)?.reason.code, 'chain_busy');
  openVault(vault, lock);
  await writeDraft('here', 'typed in the other tab');
  assert.equal(await readHere(), 'typed in the other tab');
  assert.equal(await changeSecret(phone.ports, one.value ? '295173' : '826401', 'wind over rice', { rounds: 1 }), 'changed');
  assert.equal(await isLocked(), false);
  await wipe('forgotten', 1);
  await setLock(phone.ports, SECRET, { rounds: 1 });
  openVault(vault, lock);
  await assert.rejects(writeDraft('here', 'typed once more'), { code: 'locked' });
});

test('a wrong old secret is a wrong try: it slows down, and in the end destroys the keys; a weak new one is refused untried', async () => {
  const phone = await busyPhone(await enrolledPhone());
  await writePack({ cursor: 'c2', assignments: [], params: { wipe_after_tries: 6 } }, null);
  await assert.rejects(changeSecret(phone.ports, SECRET, '123456'), { code: 'secret_weak' });
  await assert.rejects(changeSecret(phone.ports, SECRET, '29517'), { code: 'secret_weak' });
  assert.equal((await readLock()).tries, 0);
  for (let tries = 0; tries < 5; tries += 1) assert.equal(await changeSecret(phone.ports, 'wrong one', '295173', { rounds: 1 }), 'wrong');
  await assert.rejects(changeSecret(phone.ports, SECRET, '295173', { rounds: 1 }), { code: 'lock_wait', values: { n: 30 } });
  phone.clock.at += 30000;
  assert.equal(await changeSecret(phone.ports, 'wrong one', '295173', { rounds: 1 }), 'wiped');
  assert.equal((await wipedState()).why, 'tries');
});

test('wrong tries slow down, are counted before they are made, and a clock set back saves no wait', async () => {
  const phone = await enrolledPhone();
  shutVault();
  for (let tries = 0; tries < 5; tries += 1) assert.equal(await unlock(phone.ports, 'wrong one'), 'wrong');
  await assert.rejects(unlock(phone.ports, SECRET), { code: 'lock_wait', values: { n: 30 } });
  phone.clock.at -= 3600000;
  await assert.rejects(unlock(phone.ports, SECRET), { code: 'lock_wait', values: { n: 30 } });
  phone.clock.at += 3600000 + 30000;
  assert.equal(await unlock(phone.ports, SECRET), 'open');
  assert.equal((await readLock()).tries, 0);
  assert.deepEqual([4, 5, 6, 7, 40].map(waitAfterTries), [0, 30000, 60000, 120000, 1800000]);
  assert.equal(waitLeft({ tries: 6, tried_at: 1000 }, 1000 + 59000), 1000);
});

test('what a secret is worth is said honestly', () => {
  const worth = { 12345: 'short', 111111: 'plain', 123456: 'plain', 654321: 'plain', abcdef: 'plain', 295173: 'pin', 'k7#q2p': 'pin',
    295173295173: 'pin', 'wind over rice': 'passphrase', '风吹稻花香两岸': 'passphrase', '１２３４５６': 'plain' };
  for (const [secret, said] of Object.entries(worth)) assert.equal(strengthOf(secret), said, secret);
});

for (const [why, lose] of Object.entries({
  forgotten: (phone) => wipe('forgotten', phone.clock.at),
  tries: async (phone) => {
    await writePack({ cursor: 'c2', assignments: [], params: { wipe_after_tries: 2 } }, null);
    shutVault();
    assert.equal(await unlock(phone.ports, 'wrong one'), 'wrong');
    assert.equal(await unlock(phone.ports, 'wrong one'), 'wiped');
  },
})) {
  test(`keys destroyed (${why}) take the drafts alone: sealed work is sent, and the phone goes on as its own successor`, async () => {
    const phone = await busyPhone(await enrolledPhone());
    const old = (await currentDevice()).device;
    await lose(phone);
    assert.equal((await wipedState()).why, why);
    assert.equal(await readVisit(VISIT), undefined);
    assert.equal(await readDraft(`note:${VISIT}`), undefined);
    assert.deepEqual(await counts(), { saved: 3, waiting: 3, arrived: 0 });
    assert.equal((await phone.sync()).code, 'done');
    assert.deepEqual(await counts(), { saved: 3, waiting: 0, arrived: 3 });
    assert.equal(await readPack(), undefined, 'nothing is fetched before there is a lock');
    await setLock(phone.ports, 'another passphrase', { rounds: 1 });
    assert.equal((await phone.sync()).code, 'done');
    const device = await currentDevice();
    assert.equal(device.predecessor, old);
    assert.equal(await wipedState(), null);
    await openVisit(phone, VISIT.replace('b001', 'b002'));
    assert.equal((await currentDevice()).head.seq, 1);
  });
}

test('the pack is opened once while the vault is open; a newer one is seen at once, and none once the vault is shut', async () => {
  const phone = await busyPhone(await enrolledPhone());
  const [{ pack }, again] = [await readPack(), await readPack()];
  assert.equal(again.pack, pack, 'the same one, not opened anew');
  await writePack({ ...pack, cursor: 'c2' }, '"2"');
  assert.equal((await readPack()).pack.cursor, 'c2');
  shutVault();
  await assert.rejects(readPack(), { code: 'locked' });
  assert.equal(await unlock(phone.ports, SECRET), 'open');
  assert.deepEqual((await readPack()).pack, { ...pack, cursor: 'c2' });
});

test('a value that was put in another place does not open there', async () => {
  await enrolledPhone();
  const row = await conceal({ a: 1 }, 'draft a');
  await withDatabase((db) => db.put('drafts', row, 'b'));
  await assert.rejects(readDraft('b'), { code: 'locked' });
  assert.equal(SCHEMA, 4);
  globalThis.indexedDB = new IDBFactory();
});

/** Lets every answer to a proven call carry this order, as the office of a lost phone does. */
function sendOrder(phone, order) {
  const { transport } = phone.server;
  phone.link.transport = async (request) => {
    const reply = await transport(request);
    return { ...reply, header: (name) => (name === 'Fc-Order' ? order : reply.header(name)) };
  };
}

const ORDER = { order: 'o1', act: 'wipe', at: '2026-11-25T08:00:00.000Z' };

test('an order of the office wipes a locked phone at its next contact, and never sealed work without a receipt', async () => {
  const phone = await busyPhone(await enrolledPhone());
  const { device } = await currentDevice();
  shutVault();
  phone.server.fault = ({ path }) => (path.startsWith('/api/v1/segments') ? { status: 503, body: { code: 'internal' } } : null);
  sendOrder(phone, await phone.ports.crypto.sign({ ...ORDER, device }, 'fc-order', phone.server.sig));
  await phone.sync();
  assert.equal((await wipedState()).why, 'order');
  assert.equal(await readLock(), undefined);
  const waiting = await counts();
  assert.deepEqual([waiting.saved, waiting.waiting], [3, 3]);
  const kept = await withDatabase(async (db) => [await db.count('photo_bytes'), await db.count('segment_bodies'), await db.count('drafts'), await db.count('visits')]);
  assert.deepEqual(kept, [1, 3, 0, 0]);
  assert.equal((await everything()).match(/key private/g)?.length, 1);
  phone.server.fault = null;
  await phone.sync();
  assert.deepEqual(await counts(), { saved: 3, waiting: 0, arrived: 3 });
  // Enrolled again, the same order is an old story.
  await setLock(phone.ports, SECRET, { rounds: 1 });
  phone.server.tokens.add('SECOND');
  await enrolByToken(phone.ports, phone.link, { token: 'SECOND', name: 'test phone' });
  await phone.sync();
  assert.equal(await wipedState(), null);
  assert.notEqual((await currentDevice()).device, device);
});

test('a forged order, one to another phone, one for another purpose and one said twice change nothing', async () => {
  const phone = await busyPhone(await enrolledPhone());
  const { device } = await currentDevice();
  const { crypto } = phone.ports;
  const pair = await crypto.newKeys();
  const stranger = { privateKey: pair.privateKey, kid: await crypto.thumbprint(await crypto.publicJwk(pair.publicKey)) };
  const good = await crypto.sign({ ...ORDER, device }, 'fc-order', phone.server.sig);
  for (const order of [
    await crypto.sign({ ...ORDER, device }, 'fc-order', stranger),
    await crypto.sign({ ...ORDER, device: 'other' }, 'fc-order', phone.server.sig),
    await crypto.sign({ ...ORDER, device }, 'fc-receipt', phone.server.sig),
    `${good.slice(0, -4)}AAAA`, 'x', '', 'a.b.c',
  ]) {
    sendOrder(phone, order);
    await phone.sync();
    assert.equal(await wipedState(), null);
    assert.equal((await readVisit(VISIT)).state, 'open');
  }
});

for (const { name, claims, device, heard, obeys: wanted } of JSON.parse(readFileSync(new URL('../sync/order_cases.json', import.meta.url), 'utf8'))) {
  test(`orders: ${name}`, () => assert.equal(obeys(claims, device, heard), wanted));
}
