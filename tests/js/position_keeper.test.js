/** The receiver runs only while it is needed, and what it gives is recorded in the frame that the phone was tested for. */

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { gcj02Of, shiftBetween } from '../../static/js/model/datum.js';
import { SECRET, VISIT, enrolledPhone, openVisit } from './phone.js';

const HERE = { lon: 112.05, lat: 30.05 };
/** A receiver that counts who listens. */
const receiver = { watching: new Map(), next: 1, asked: /** @type {any[]} */ ([]) };
const page = { visibilityState: 'visible', heard: /** @type {Function[]} */ ([]) };
Object.defineProperty(globalThis, 'navigator', { configurable: true, value: {
  locks: globalThis.navigator?.locks,
  geolocation: {
    watchPosition(took, failed, how) {
      receiver.asked.push(how);
      receiver.watching.set(receiver.next, { took, failed });
      return receiver.next++;
    },
    clearWatch: (id) => receiver.watching.delete(id),
  },
} });
globalThis.document = { get visibilityState() { return page.visibilityState; }, addEventListener: (_name, heard) => page.heard.push(heard) };

const { PositionKeeper } = await import('../../static/js/ui/position_keeper.js');
const { save } = await import('../../static/js/store/record.js');
const { writePack } = await import('../../static/js/store/pack.js');
const { writeSetting } = await import('../../static/js/store/settings.js');
const { unlock } = await import('../../static/js/store/locking.js');
const { shutVault } = await import('../../static/js/store/vault.js');
const { readVisit } = await import('../../static/js/store/visits.js');

const listening = () => receiver.watching.size;
const show = (state) => {
  page.visibilityState = state;
  for (const heard of page.heard) heard();
};

async function keeperAndVisit() {
  const phone = await enrolledPhone();
  await openVisit(phone);
  const recorded = [];
  let changed = () => {};
  const keeper = new PositionKeeper(phone.ports, (visit, change) => save(phone.ports, visit, (open) => {
    const wanted = change(open);
    recorded.push(...wanted.facts);
    return wanted;
  }), () => changed());
  /** A position, until the keeper has done with it. */
  const give = async (point, acc = 8) => {
    const done = new Promise((resolve) => {
      changed = resolve;
    });
    for (const { took } of receiver.watching.values()) {
      took({ coords: { longitude: point.lon, latitude: point.lat, accuracy: acc }, timestamp: phone.clock.at });
    }
    await done;
  };
  return { phone, keeper, recorded, give, visit: await readVisit(VISIT) };
}

beforeEach(() => {
  receiver.watching.clear();
  receiver.asked = [];
  page.heard = [];
  page.visibilityState = 'visible';
});

test('the receiver runs while a visit is open and seen, and at no other time', async () => {
  const { keeper, visit } = await keeperAndVisit();
  assert.equal(listening(), 0, 'nobody has asked');
  await keeper.follow(visit);
  await keeper.follow(visit);
  assert.equal(listening(), 1);
  show('hidden');
  assert.equal(listening(), 0, 'hidden');
  show('visible');
  assert.equal(listening(), 1, 'seen again');
  await keeper.follow(null);
  assert.equal(listening(), 0, 'sealed, or another screen');
  show('hidden');
  show('visible');
  assert.equal(listening(), 0, 'still nobody needs it');
});

test('a screen without a visit looks, and leaves nothing running or recorded behind', async () => {
  const { keeper, give, recorded } = await keeperAndVisit();
  await keeper.look();
  await give(HERE);
  assert.deepEqual([listening(), keeper.best()?.acc, recorded.length], [1, 8, 0]);
  await keeper.lookAway();
  assert.deepEqual([listening(), keeper.best()], [0, null]);
});

test('a cold start is waited out: never a cached position, two minutes a try, and no failure ends the watch', async () => {
  const { keeper, visit, give, recorded } = await keeperAndVisit();
  await keeper.follow(visit);
  assert.deepEqual(receiver.asked, [{ enableHighAccuracy: true, maximumAge: 0, timeout: 120000 }]);
  for (const { failed } of receiver.watching.values()) failed({ code: 3, PERMISSION_DENIED: 1 });
  assert.deepEqual([listening(), keeper.trouble, keeper.best()], [1, 'no_signal', null]);
  await give(HERE);
  assert.deepEqual([keeper.trouble, recorded.map((one) => one.body.purpose)], [null, ['start']]);
});

test('a phone that gives GCJ-02 records what it gave and where that is, and shows where that is', async () => {
  const { keeper, visit, give, recorded } = await keeperAndVisit();
  await writeSetting('datum', { verdict: 'gcj02', metres: 627, point: 'demo', at: 0 });
  await keeper.follow(visit);
  await give(gcj02Of(HERE));
  const { body } = recorded[0];
  assert.deepEqual([body.datum, body.lon, body.lat], ['gcj02', gcj02Of(HERE).lon, gcj02Of(HERE).lat]);
  assert.equal(body.samples[0].lon, gcj02Of(HERE).lon);
  for (const place of [body.wgs84, keeper.best(), (await readVisit(VISIT)).fixes[0]]) assert.ok(shiftBetween(place, HERE).metres < 0.5);
});

test('where a point is named and the phone was not held against it, its fixes say so', async () => {
  const { keeper, visit, give, recorded } = await keeperAndVisit();
  await writePack({ cursor: 'c', known_point: { name: 'demo', ...HERE } }, null);
  await keeper.follow(visit);
  await give(HERE);
  assert.deepEqual([recorded[0].body.datum, recorded[0].body.lon], ['untested', HERE.lon]);
});

test('a phone that is locked while a position comes follows none, says no fault, and follows again once it is open', async () => {
  const { phone, keeper, visit } = await keeperAndVisit();
  await keeper.follow(visit);
  const sample = { ...HERE, acc: 8, t: phone.clock.at, source: 'gps' };
  await keeper.took(sample);
  shutVault();
  await keeper.took(sample);
  assert.equal(listening(), 0);
  // A screen that was being read as the lock came asks late.
  await assert.rejects(keeper.follow(visit), { code: 'locked' });
  assert.equal(listening(), 0);
  assert.equal(await unlock(phone.ports, SECRET), 'open');
  await keeper.follow(visit);
  assert.equal(listening(), 1);
});
