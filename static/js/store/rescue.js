/** What a rescue file (救援文件) holds: everything without a receipt, sealed as it lies here, read one record at a time. */

import { utf8 } from '../model/bytes.js';
import { timestamp } from '../model/message.js';
import { KIND, MAGIC, recordHead } from '../model/rescue_file.js';
import { reading, withDatabase } from './database.js';
import { allDevices } from './devices.js';
import { counts, photoBytes } from './outbox.js';
import { readSetting, writeSetting } from './settings.js';

/** @import { Ports } from '../model/ports.js' */
/** @import { Photo } from './outbox.js' */
/** @import { Segment } from './record.js' */

const NOTE = 'rescue';

/**
 * What waits, without its bytes: segments in chain order, then photos.
 * @returns {Promise<{segments: Segment[], photos: Photo[]}>}
 */
async function unsent() {
  return withDatabase(async (db) => {
    const [segments, photos] = await Promise.all([
      db.getAllFromIndex('segments', 'waiting'), db.getAllFromIndex('photos', 'waiting')]);
    return { segments, photos };
  });
}

/**
 * The file in pieces, none larger than one record: a phone that is short of memory must be able to make it. What arrives
 * while it is made is simply there twice.
 * @param {Ports} ports
 * @param {{device: string, app: string}} by who makes it
 * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>>}
 */
export async function* rescuePieces({ crypto, clock }, { device, app }) {
  const { segments, photos } = await unsent();
  const header = utf8(JSON.stringify({ at: timestamp(clock.now()), app, segments: segments.length, photos: photos.length }));
  yield utf8(MAGIC);
  yield* record(KIND.header, device, header, await crypto.sha256(header));
  const whose = new Set([...segments, ...photos].map((one) => one.device));
  // A server restored from before the enrolment lets the rest in by these.
  for (const { device: id, certificate } of await allDevices()) {
    if (certificate && whose.has(id)) yield* record(KIND.certificate, id, utf8(certificate), await crypto.sha256(certificate));
  }
  for (const one of segments) {
    const body = utf8(await withDatabase((db) => db.get('segment_bodies', [one.device, one.from])));
    yield* record(KIND.segment, one.device, body, await crypto.sha256(body));
  }
  for (const one of photos) {
    const bytes = await photoBytes(one.sealed);
    // A photo's name is the hash of these bytes.
    if (bytes) yield* record(KIND.photo, one.device, new Uint8Array(bytes), one.sealed);
  }
}

/**
 * @param {string} kind
 * @param {string} device
 * @param {Uint8Array<ArrayBuffer>} content
 * @param {string} sha256
 */
function* record(kind, device, content, sha256) {
  yield recordHead(kind, device, content.length, sha256);
  yield content;
}

/**
 * When people last took a rescue file out, and how much of what waits was made since; a photo and its message count as one.
 * @returns {Promise<{at: number | null, since: number}>}
 */
export async function lastRescue() {
  const [note, { waiting }] = await Promise.all([readSetting(NOTE), counts()]);
  if (!note) return { at: null, since: waiting };
  const since = IDBKeyRange.bound([1, timestamp(note.at)], [1, '\uffff'], true);
  const made = await reading(['segments', 'photos'], (tx) => Promise.all([
    tx.objectStore('segments').index('waiting_at').count(since), tx.objectStore('photos').index('alone_at').count(since)]));
  return { at: note.at, since: made[0] + made[1] };
}

/**
 * Notes that a file made at this moment was handed to people.
 * @param {number} at ms since 1970
 */
export async function noteRescue(at) {
  await writeSetting(NOTE, { at });
}
