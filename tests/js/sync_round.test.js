/** Sync: nothing counts as sent without a verified receipt, whatever the network and the server do. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Fault } from '../../static/js/model/fault.js';
import { laterToday, standing } from '../../static/js/model/planned_return.js';
import { householdRecorded, identityDisclosed } from '../../static/js/model/visit_events.js';
import { allDevices, currentDevice } from '../../static/js/store/devices.js';
import { bodiesOf, counts, segmentsOf, stuckItems } from '../../static/js/store/outbox.js';
import { readReturn, sayReturn } from '../../static/js/store/planned_return.js';
import { save } from '../../static/js/store/record.js';
import { readSetting } from '../../static/js/store/settings.js';
import { readPack } from '../../static/js/store/pack.js';
import { enrolByToken } from '../../static/js/sync/enrol.js';
import { CHECKLIST, enrolledPhone, newPhone, openVisit, takePhoto, VISIT } from './phone.js';

const unreachable = () => {
  throw new Fault('unreachable');
};

async function withThreeSaves() {
  const phone = await enrolledPhone();
  await openVisit(phone);
  await takePhoto(phone);
  await save(phone.ports, VISIT, () => ({ facts: [identityDisclosed()] }));
  phone.server.log.length = 0;
  return phone;
}

const posts = (server, path) => server.log.filter((entry) => entry === `POST ${path}`).length;
const kinds = (server) => server.messages().map((message) => message.kind);

test('a round sends segments first, then photos, and all has arrived only with receipts', async () => {
  const phone = await withThreeSaves();
  assert.deepEqual(await counts(), { saved: 3, waiting: 3, arrived: 0 });
  assert.equal((await phone.sync()).code, 'done');
  assert.deepEqual(await counts(), { saved: 3, waiting: 0, arrived: 3 });
  const order = phone.server.log.map((entry) => entry.split('/')[3].split('?')[0]);
  assert.ok(order.lastIndexOf('segments') < order.indexOf('photos'));
  assert.deepEqual(kinds(phone.server), ['visit.opened', 'photo.taken', 'identity.disclosed']);
  assert.equal(phone.server.states[0].unsent.segments, 0);
  assert.equal(phone.server.messages()[0].nonce, '');
});

test('the next lines carry the nonce that the server gave', async () => {
  const phone = await withThreeSaves();
  await phone.sync();
  await save(phone.ports, VISIT, () => ({ facts: [identityDisclosed()] }));
  await phone.sync();
  assert.match(phone.server.messages().at(-1).nonce, /^n\d+$/);
});

test('a server out of reach changes nothing, and the same round later brings everything', async () => {
  const phone = await withThreeSaves();
  phone.server.fault = unreachable;
  assert.equal((await phone.sync()).code, 'unreachable');
  assert.deepEqual(await counts(), { saved: 3, waiting: 3, arrived: 0 });
  phone.server.fault = null;
  await phone.sync();
  assert.equal((await counts()).arrived, 3);
});

test('an answer lost on the way is asked for again and nothing is there twice', async () => {
  const phone = await withThreeSaves();
  phone.server.lostAnswer = ({ path }) => path === '/api/v1/segments' && unreachable();
  await phone.sync();
  phone.server.lostAnswer = null;
  assert.equal((await counts()).arrived, 0);
  await phone.sync();
  assert.equal((await counts()).arrived, 3);
  assert.equal(phone.server.messages().length, 3);
});

test('a receipt by another key is no receipt: the segment goes on waiting and says why', async () => {
  const phone = await withThreeSaves();
  const other = await newKeyOf(phone);
  phone.server.sign = (claims) => phone.ports.crypto.sign(claims, 'fc-receipt', other);
  await phone.sync();
  assert.equal((await counts()).arrived, 0);
  assert.deepEqual(new Set((await stuckItems()).segments.map((one) => one.stuck)), new Set(['receipt_invalid']));
});

async function newKeyOf({ ports }) {
  const pair = await ports.crypto.newKeys();
  return { privateKey: pair.privateKey, kid: await ports.crypto.thumbprint(await ports.crypto.publicJwk(pair.publicKey)) };
}

test('a server set back to a backup gets again what it lost, photos too', async () => {
  const phone = await withThreeSaves();
  await phone.sync();
  const { device } = await currentDevice();
  phone.server.chains.set(device, phone.server.chains.get(device).slice(0, 1));
  phone.server.photos.clear();
  phone.server.uploads.clear();
  await phone.sync();
  assert.deepEqual(kinds(phone.server), ['visit.opened', 'photo.taken', 'identity.disclosed']);
  assert.equal(phone.server.photos.size, 1);
  assert.equal((await counts()).waiting, 0);
});

test('a photo that a restored server lacks is sent again though the server kept its message', async () => {
  const phone = await withThreeSaves();
  await phone.sync();
  const [sealed] = phone.server.photos.keys();
  phone.server.photos.clear();
  phone.server.uploads.clear();
  await phone.sync();
  assert.deepEqual([...phone.server.photos.keys()], [sealed]);
  assert.equal((await counts()).arrived, 3);
});

test('a server whose disk is full is said as such, and everything arrives once there is room', async () => {
  const phone = await withThreeSaves();
  const full = { status: 507, body: { code: 'storage_full', next: '' } };
  phone.server.fault = ({ path }) => (path === '/api/v1/segments' ? full : undefined);
  const { code, reason } = await phone.sync();
  assert.deepEqual({ code, reason }, { code: 'server_full', reason: 'storage_full' });
  assert.deepEqual(await counts(), { saved: 3, waiting: 3, arrived: 0 });
  phone.server.fault = null;
  assert.equal((await phone.sync()).code, 'done');
  assert.equal((await counts()).arrived, 3);
});

test('after a conflict the chain ends, a successor names it, and new work goes through', async () => {
  const phone = await withThreeSaves();
  const first = await currentDevice();
  // Another copy of this phone has been here before.
  phone.server.chains.set(first.device, [{ line: JSON.stringify({ kind: 'other', body: {} }), hash: 'e'.repeat(64), receipt: '' }]);
  await phone.sync();
  const second = await currentDevice();
  assert.notEqual(second.device, first.device);
  assert.equal(phone.server.devices.get(second.device).predecessor, first.device);
  assert.equal(phone.server.quarantined.length, 3, 'the fork is kept whole');
  assert.equal((await allDevices())[0].closed, true);
  await save(phone.ports, VISIT, () => ({ facts: [identityDisclosed()] }));
  await phone.sync();
  assert.equal(phone.server.chains.get(second.device).length, 1);
  assert.equal((await counts()).saved, 4, 'nothing is dropped');
});

test('a phone set back to an old copy notices that the server knows more and begins a new chain', async () => {
  const phone = await withThreeSaves();
  await phone.sync();
  const { device } = await currentDevice();
  phone.server.chains.get(device).push({ line: JSON.stringify({ kind: 'lost', body: {} }), hash: 'd'.repeat(64), receipt: '' });
  await phone.sync();
  assert.notEqual((await currentDevice()).device, device);
});

test('a refused segment is listed with its reason and what follows still arrives', async () => {
  const phone = await withThreeSaves();
  const { device } = await currentDevice();
  const [, second] = await bodiesOf(await segmentsOf(device));
  const { verified } = phone.server;
  phone.server.verified = async function spoiled(owner, jwe) {
    return jwe === second ? null : verified.call(this, owner, jwe);
  };
  await phone.sync();
  assert.deepEqual((await stuckItems()).segments.map((one) => [one.from, one.stuck]), [[2, 'segment_unreadable']]);
  await save(phone.ports, VISIT, () => ({ facts: [householdRecorded({ household: 'h', number: 1 })] }));
  await phone.sync();
  assert.ok(kinds(phone.server).includes('household.recorded'));
  assert.equal((await counts()).saved, 4);
});

test('a failed sign-in never clears the outbox', async () => {
  const phone = await withThreeSaves();
  phone.server.now += 3600 * 1000;
  phone.server.fault = ({ path }) => path.endsWith('/time') && { status: 200, body: { time: '2026-11-23T01:00:00.000Z', nonce: 'n' } };
  assert.deepEqual({ ...(await phone.sync()), at: 0 }, { code: 'refused', reason: 'auth_stale', at: 0 });
  assert.deepEqual(await counts(), { saved: 3, waiting: 3, arrived: 0 });
});

test('a wrong clock does not keep a phone out: proofs are made in server time', async () => {
  const phone = await withThreeSaves();
  phone.clock.at += 9 * 3600 * 1000;
  await phone.sync();
  assert.equal((await counts()).arrived, 3);
  assert.equal((await readSetting('clock')).offset_ms, -9 * 3600 * 1000);
  assert.equal(phone.server.states[0].clock_offset_ms, 9 * 3600 * 1000, 'the phone minus the server');
});

test('two rounds at once: one works, the other leaves', async () => {
  const phone = await withThreeSaves();
  let busy = false;
  const alone = async (_name, work) => {
    if (busy) return null;
    busy = true;
    return work();
  };
  const outcomes = await Promise.all([phone.sync(alone), phone.sync(alone)]);
  assert.deepEqual(outcomes.map((one) => one?.code ?? null), ['done', null]);
  assert.equal(posts(phone.server, '/api/v1/segments'), 1);
});

test('an enrolment whose answer was lost is tried again with the same keys', async () => {
  const phone = await newPhone();
  const seen = [];
  phone.server.fault = ({ path, body }) => {
    if (path !== '/api/v1/devices') return;
    seen.push(JSON.parse(body).signing_key.x);
    if (seen.length === 1) unreachable();
  };
  await assert.rejects(enrolByToken(phone.ports, phone.link, { token: 'TOKEN', name: 'x' }), { code: 'unreachable' });
  await enrolByToken(phone.ports, phone.link, { token: 'TOKEN', name: 'x' });
  assert.equal(seen[0], seen[1]);
  assert.equal((await currentDevice()).inspector.team, 'A');
});

test('private keys cannot be read out of the phone', async () => {
  await enrolledPhone();
  const { signing, transport } = await currentDevice();
  for (const { privateKey } of [signing, transport]) {
    await assert.rejects(globalThis.crypto.subtle.exportKey('jwk', privateKey));
  }
});

test('the pack is kept as it came and asked for by its cursor', async () => {
  const phone = await enrolledPhone();
  phone.server.pack = { cursor: 'c1', round: null, assignments: [], hidden: [], checklist: CHECKLIST, params: {} };
  await phone.sync();
  await phone.sync();
  assert.equal((await readPack()).pack.cursor, 'c1');
  assert.ok(phone.server.log.includes('GET /api/v1/pack?since=c1'));
});

test('segments of a backlog travel in several requests and are asked for once', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  // Random text does not deflate: each save point makes a segment of about 60 kB.
  for (let n = 0; n < 8; n += 1) {
    const noise = Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(30000))).toString('base64');
    await save(phone.ports, VISIT, () => ({ facts: [{ kind: 'lead.noted', body: { noise } }] }));
  }
  await phone.sync();
  assert.ok(posts(phone.server, '/api/v1/segments') > 1);
  assert.equal((await counts()).waiting, 0);
});

test('a planned return is told before the photos, and one that was taken back is told as none', async () => {
  const phone = await withThreeSaves();
  const at = Date.now() + 3_600_000;
  await sayReturn({ at, unit: 'u1' });
  await phone.sync();
  const order = phone.server.log;
  assert.ok(order.findIndex((entry) => entry.endsWith('/state')) < order.findIndex((entry) => entry.endsWith('/photos')));
  assert.deepEqual(phone.server.states[0].planned_return, { at: new Date(at).toISOString(), unit: 'u1' });
  assert.equal((await readReturn()).told, true);
  await sayReturn(null);
  await phone.sync();
  assert.equal(phone.server.states.at(-1).planned_return, null);
});

test('a return is planned for a time of today that is still to come, and is forgotten at noon of the next day', () => {
  const now = new Date(2026, 10, 25, 15, 0).getTime();
  assert.equal(laterToday('17:30', now), new Date(2026, 10, 25, 17, 30).getTime());
  for (const time of ['14:59', '15:00', '24:00', '5:30', '']) assert.equal(laterToday(time, now), null);
  const said = { plan: { at: laterToday('17:30', now), unit: null }, told: true };
  assert.equal(standing(said, new Date(2026, 10, 26, 11, 59).getTime()), said.plan);
  assert.equal(standing(said, new Date(2026, 10, 26, 12, 0).getTime()), null);
  assert.equal(standing(null, now), null);
});
