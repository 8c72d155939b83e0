/**
 * Records visits on a phone by the app's own modules, without anybody's thumb: for `bench/bad_link.py` and
 * `bench/phone.py`, which bundle this file and run it in the page of an enrolled phone. Every photo is the same picture and, sealed anew each time, other bytes.
 */

import { sessionClock } from '../static/js/device/clock.js';
import { webCrypto } from '../static/js/device/crypto.js';
import { exclusive } from '../static/js/device/locks.js';
import { identityDisclosed, photoTaken, visitOpened, visitSealed } from '../static/js/model/visit_events.js';
import { unlock } from '../static/js/store/locking.js';
import { readPack } from '../static/js/store/pack.js';
import { save } from '../static/js/store/record.js';

const DECLARED = { not_notified: true, not_escorted: true, direct_entry: true };
// Before anybody measures there are thousands of save points to make, and nothing is lost that anybody would miss.
const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function relaxed(stores, mode) {
  return begin.call(this, stores, mode, { durability: 'relaxed' });
};
const ports = { crypto: webCrypto(), clock: sessionClock(), exclusive };

/**
 * @param {number} visits
 * @param {number} photos of each visit
 * @param {string} picture a JPEG in base64
 * @param {string} secret  the phone's PIN: these modules have a vault of their own
 * @returns {Promise<number>} the sealed bytes of all photos
 */
export async function recordVisits(visits, photos, picture, secret) {
  await unlock(ports, secret);
  const { pack } = await readPack();
  const [task] = pack.assignments;
  const jpeg = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0)).buffer;
  let bytes = 0;
  for (let number = 0; number < visits; number += 1) {
    const visit = ports.crypto.uuid7(Date.now());
    const opened = visitOpened({
      assignment: task.assignment, round: pack.round.id, unit: task.unit, village: task.village, team: task.team,
      checklist: pack.checklist.version, app: 'bench', declarations: DECLARED,
    });
    await save(ports, visit, () => ({ facts: [opened] }), task);
    for (let at = 0; at < photos; at += 1) bytes += await takePhoto(visit, jpeg);
    await save(ports, visit, (kept) => ({ facts: [identityDisclosed(), visitSealed(kept, DECLARED)] }));
  }
  return bytes;
}

/**
 * @param {string} visit
 * @param {ArrayBuffer} jpeg
 * @returns {Promise<number>} the sealed bytes
 */
async function takePhoto(visit, jpeg) {
  const { key, sealed } = await ports.crypto.sealPhoto(jpeg);
  const name = await ports.crypto.sha256(sealed);
  const fact = photoTaken({
    photo: ports.crypto.uuid(), sha256: await ports.crypto.sha256(jpeg), size: jpeg.byteLength, sealed_sha256: name, sealed_size: sealed.byteLength, key,
    width: 1600, height: 1200, kind: 'house', household: null, taken_at: new Date().toISOString(), source: 'camera',
  });
  await save(ports, visit, () => ({ facts: [fact], photos: [{ sealed: name, kind: 'house', bytes: sealed }] }));
  return sealed.byteLength;
}
