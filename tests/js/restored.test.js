/** A server restored from before this phone was enrolled: its certificate, kept since then, brings everything home. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { identityDisclosed } from '../../static/js/model/visit_events.js';
import { becomeDevice, currentDevice } from '../../static/js/store/devices.js';
import { counts } from '../../static/js/store/outbox.js';
import { rescuePieces } from '../../static/js/store/rescue.js';
import { save } from '../../static/js/store/record.js';
import { enrolledPhone, openVisit, takePhoto, VISIT } from './phone.js';

async function withWork() {
  const phone = await enrolledPhone();
  await openVisit(phone);
  await takePhoto(phone);
  return phone;
}

/** The server as it was before anybody was enrolled, with the same keys. */
function forget({ server }) {
  for (const held of [server.devices, server.chains, server.photos, server.uploads]) held.clear();
  server.entries.length = 0;
  server.log.length = 0;
}

const enrolments = (server) => server.log.filter((entry) => entry === 'POST /api/v1/devices').length;

test('a server that was restored from before the enrolment takes the same phone in again, and gets all of its work', async () => {
  const phone = await withWork();
  await phone.sync();
  forget(phone);
  await save(phone.ports, VISIT, () => ({ facts: [identityDisclosed()] }));
  assert.equal((await phone.sync()).code, 'done');
  assert.deepEqual(await counts(), { saved: 3, waiting: 0, arrived: 3 });
  assert.equal(phone.server.messages().length, 3);
  assert.equal(phone.server.photos.size, 1);
  assert.deepEqual([...phone.server.devices.keys()], [(await currentDevice()).device]);
  assert.equal(enrolments(phone.server), 1);
});

test('a phone that was enrolled before there were certificates keeps everything and says that it is not known', async () => {
  const phone = await withWork();
  const { certificate, ...older } = await currentDevice();
  assert.ok(certificate);
  await becomeDevice(older);
  forget(phone);
  const outcome = await phone.sync();
  assert.deepEqual([outcome.code, outcome.reason], ['refused', 'device_unknown']);
  assert.deepEqual(await counts(), { saved: 2, waiting: 2, arrived: 0 });
  assert.equal(enrolments(phone.server), 0);
});

test('a certificate that the server does not take leaves everything as it was', async () => {
  const phone = await withWork();
  await becomeDevice({ ...(await currentDevice()), certificate: 'a.b.c' });
  phone.server.fault = ({ path, body }) => path.endsWith('/devices') && body.includes('a.b.c')
    && { status: 400, body: { code: 'certificate_forged' } };
  forget(phone);
  const outcome = await phone.sync();
  assert.equal(outcome.code, 'refused');
  assert.equal(enrolments(phone.server), 1);
  assert.deepEqual(await counts(), { saved: 2, waiting: 2, arrived: 0 });
});

test('the rescue file brings the certificate before the records', async () => {
  const phone = await withWork();
  const { device, certificate } = await currentDevice();
  let file = Buffer.alloc(0);
  for await (const piece of rescuePieces(phone.ports, { device, app: 'test' })) file = Buffer.concat([file, piece]);
  const at = file.indexOf(`C${device}`);
  assert.ok(at > 0 && at < file.indexOf(`S${device}`));
  assert.equal(file.subarray(at + 73, at + 73 + certificate.length).toString(), certificate);
});
