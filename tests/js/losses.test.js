/** Lost storage: noticed, told once to people and each time to the office, and never guessed where the work is still here. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readMarker, writeMarker } from '../../static/js/device/marker.js';
import { identityDisclosed } from '../../static/js/model/visit_events.js';
import { currentDevice } from '../../static/js/store/devices.js';
import { losses, readLosses } from '../../static/js/store/losses.js';
import { counts } from '../../static/js/store/outbox.js';
import { save } from '../../static/js/store/record.js';
import { enrolByToken } from '../../static/js/sync/enrol.js';
import { enrolledPhone, newPhone, openVisit, VISIT } from './phone.js';

const OLD = { device: '0193a5a0-0000-7000-8000-00000000d009', seq: 9, saved: 9, waiting: 2, at: Date.parse('2026-11-22T09:00:00Z') };

/** A browser's cookies, as far as one page writes and reads them. */
function cookies() {
  const jar = {};
  globalThis.window = { location: { protocol: 'https:' } };
  globalThis.document = {
    get cookie() {
      return Object.entries(jar).map(([name, value]) => `${name}=${value}`).join('; ');
    },
    set cookie(text) {
      const [name, value] = text.split(';')[0].split('=');
      jar[name] = value;
    },
  };
  return jar;
}

test('the mark beside the database is read as it was written, and nonsense is none', () => {
  const jar = cookies();
  assert.equal(readMarker(), null);
  writeMarker(OLD);
  jar.fc_language = 'zh';
  assert.deepEqual(readMarker(), OLD);
  for (const text of ['', 'x', `${OLD.device}.1.2`, `${OLD.device}.1.2.x.4`, 'not-a-device.1.2.3.4']) {
    jar.fc_phone = text;
    assert.equal(readMarker(), null);
  }
});

test('a phone whose store was emptied is enrolled as the successor, and says what had not arrived', async () => {
  const phone = await newPhone();
  await enrolByToken(phone.ports, phone.link, { token: 'TOKEN', name: 'demo', lost: OLD });
  const device = await currentDevice();
  assert.equal(device.predecessor, OLD.device);
  assert.equal(phone.server.devices.get(device.device).predecessor, OLD.device);
  assert.deepEqual(await losses(), [{ how: 'emptied', device: OLD.device, seq: 9, missing: 2, at: OLD.at }]);
  await readLosses();
  await phone.sync();
  assert.deepEqual(phone.server.states[0].lost, [{ how: 'emptied', device: OLD.device, seq: 9, missing: 2, at: '2026-11-22T09:00:00.000Z' }]);
});

test('what the office misses of an earlier phone is told where that phone is not this one', async () => {
  const unsent = { device: OLD.device, name: 'demo old', head: 9, lines: 3, photos: 1, at: '2026-11-22T09:00:00.000Z' };
  const answered = async (phone) => {
    phone.server.tokens.add('AGAIN');
    phone.server.lostAnswer = ({ path }) => {
      if (path !== '/api/v1/devices') return null;
      const device = [...phone.server.devices.keys()].at(-1);
      const body = { device, inspector: { id: 'i', name: '演示', team: 'A' }, keys: { keys: [phone.server.sig.jwk, phone.server.enc.jwk] }, unsent_before: unsent };
      return { status: 201, text: JSON.stringify(body), header: () => null };
    };
    await enrolByToken(phone.ports, phone.link, { token: 'AGAIN', name: 'demo' });
  };
  const fresh = await newPhone();
  await answered(fresh);
  assert.deepEqual((await losses()).map(({ how, missing, name }) => [how, missing, name]), [['replaced', 4, 'demo old']]);
  const same = await enrolledPhone();
  await openVisit(same);
  const { device } = await currentDevice();
  await answered(same);
  assert.deepEqual(await losses(), []);
  await same.sync();
  assert.ok(same.server.states.at(-1).holds.includes(device));
  assert.equal((await counts()).waiting, 0);
});

test('a phone set back to an older copy says so once, how many lines only the server has, and that they are safe', async () => {
  const phone = await enrolledPhone();
  await openVisit(phone);
  await phone.sync();
  const { device } = await currentDevice();
  for (const hash of ['d', 'e']) {
    phone.server.chains.get(device).push({ line: JSON.stringify({ kind: 'lost', body: {} }), hash: hash.repeat(64), receipt: '' });
  }
  await phone.sync();
  await phone.sync();
  assert.deepEqual((await losses()).map(({ how, device: whose, seq, missing }) => ({ how, whose, seq, missing })), [{ how: 'set_back', whose: device, seq: 1, missing: 2 }]);
  await save(phone.ports, VISIT, () => ({ facts: [identityDisclosed()] }));
  await phone.sync();
  assert.equal((await losses()).length, 1);
  assert.equal(phone.server.states.at(-1).lost[0].how, 'set_back');
  assert.equal(phone.server.states.at(-1).head, 1);
});
