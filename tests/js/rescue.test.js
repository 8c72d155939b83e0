/** The rescue file: everything that has not arrived, sealed as it is, and nothing else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fileOf } from '../../static/js/device/files.js';
import { rescueName } from '../../static/js/model/rescue_file.js';
import { identityDisclosed } from '../../static/js/model/visit_events.js';
import { currentDevice } from '../../static/js/store/devices.js';
import { bodiesOf, photoBytes, segmentsOf } from '../../static/js/store/outbox.js';
import { save } from '../../static/js/store/record.js';
import { lastRescue, noteRescue, rescuePieces } from '../../static/js/store/rescue.js';
import { enrolledPhone, openVisit, takePhoto, VISIT } from './phone.js';

const HEAD_BYTES = 73;

async function rescued(phone) {
  const { device } = await currentDevice();
  const file = await fileOf(rescuePieces(phone.ports, { device, app: 'test' }), rescueName(device, phone.clock.at));
  const bytes = Buffer.from(await file.arrayBuffer());
  const records = [];
  for (let at = 4; at < bytes.length;) {
    const length = bytes.readUInt32BE(at + 37);
    const content = bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length);
    assert.equal(await phone.ports.crypto.sha256(content), bytes.subarray(at + 41, at + HEAD_BYTES).toString('hex'));
    records.push({ kind: String.fromCharCode(bytes[at]), device: bytes.toString('latin1', at + 1, at + 37), content });
    at += HEAD_BYTES + length;
  }
  return { file, mark: bytes.toString('latin1', 0, 4), device, records };
}

const kinds = ({ records }) => records.map((one) => one.kind).join('');

test('a rescue file holds every unsent segment and photo as they lie on the phone, each under its hash', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const photo = await takePhoto(phone);
  const made = await rescued(phone);
  assert.equal(made.mark, 'FCX1');
  assert.equal(kinds(made), 'HCSSP');
  assert.ok(made.records.every((one) => one.device === made.device));
  assert.deepEqual(JSON.parse(made.records[0].content), { at: '2026-11-23T01:00:00.000Z', app: 'test', segments: 2, photos: 1 });
  const bodies = await bodiesOf(await segmentsOf(made.device));
  assert.deepEqual(made.records.slice(2, 4).map((one) => one.content.toString()), bodies);
  assert.ok(made.records[4].content.equals(Buffer.from(await photoBytes(photo))));
  assert.match(made.file.name, /^fieldcheck-202611230100-[0-9a-f]{8}\.fcx$/);
});

test('what has arrived is left out, and a file of nothing is only its header', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  await phone.sync();
  assert.equal(kinds(await rescued(phone)), 'H');
  await save(phone.ports, VISIT, () => ({ facts: [identityDisclosed()] }));
  assert.equal(kinds(await rescued(phone)), 'HCS');
});

test('the phone knows how much was recorded since the last file that was taken out', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  assert.deepEqual(await lastRescue(), { at: null, since: 1 });
  await noteRescue(phone.clock.at);
  phone.clock.at += 1000;
  await takePhoto(phone);
  assert.deepEqual(await lastRescue(), { at: phone.clock.at - 1000, since: 1 });
});
