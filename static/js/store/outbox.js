/** What waits to be sent and what has arrived: segments and photos, their sealed bytes kept apart from what is known of them. */

import { FORKED } from '../model/outbox.js';
import { reading, withDatabase, writing } from './database.js';
import { compareTally, putTally, readTally, TALLIED, tallyIn } from './tally.js';

/** @import { Note } from '../model/visit.js' */
/** @import { Reading } from './database.js' */
/** @import { Segment } from './record.js' */

/**
 * @typedef {object} Photo  a sealed photo, named by the SHA-256 of the bytes that travel
 * @property {string} sealed
 * @property {string} kind
 * @property {string} visit
 * @property {string} device
 * @property {number} from  the segment its message travels in
 * @property {number} size
 * @property {string} taken_at
 * @property {string | null} upload  where its upload goes on
 * @property {string | null} receipt
 * @property {string | null} stuck
 * @property {1} [waiting]
 * @property {1} [alone]  its message has arrived, it has not
 * @property {1} [held]  its bytes are still on this phone
 *
 * @typedef {{saved: number, waiting: number, arrived: number}} Counts  a photo and its message count as one
 */

/** Where something of a visit may wait. */
export const WAITING = ['segments', 'photos'];
const WEEK_MS = 7 * 24 * 3600 * 1000;
/** Rows read in one go where there may be thousands: some milliseconds of a slow phone. */
const AT_A_TIME = 200;

/**
 * The three counts (已存、待传、已达).
 * @returns {Promise<Counts>}
 */
export async function counts() {
  const { saved, segments, alone } = await readTally();
  return { saved, waiting: segments + alone, arrived: saved - segments - alone };
}

/**
 * One chain's segments in order, without their bytes.
 * @param {string} device
 * @returns {Promise<Segment[]>}
 */
export function segmentsOf(device) {
  return withDatabase((db) => db.getAll('segments', IDBKeyRange.bound([device], [device, []])));
}

/**
 * @param {Segment[]} segments
 * @returns {Promise<string[]>} the sealed bytes, as they were made
 */
export function bodiesOf(segments) {
  return withDatabase((db) => Promise.all(segments.map((one) => db.get('segment_bodies', [one.device, one.from]))));
}

/**
 * Keeps what was heard of one segment. With its receipt it no longer waits, and its photos wait alone.
 * @param {Segment} segment
 */
export async function keepSegment(segment) {
  await writing(TALLIED, async (tx) => {
    const { waiting: _old, ...rest } = segment;
    const [tally, before, ...photos] = await Promise.all([
      tallyIn(tx), tx.get('segments', [segment.device, segment.from]),
      ...(segment.receipt ? segment.photos : []).map((name) => tx.get('photos', name))]);
    const after = segment.receipt ? rest : { ...rest, waiting: 1 };
    const alone = photos.filter((one) => one?.waiting).map((one) => ({ before: one, after: { ...one, alone: 1 } }));
    tx.put('segments', after);
    for (const one of alone) tx.put('photos', one.after);
    putTally(tx, tally, { segments: [{ before, after }], photos: alone });
  });
}

/**
 * After a server was restored: photos that it may have lost are offered again; one it still holds completes at once.
 * @param {string[]} names
 * @param {(photo: Photo) => boolean} [which]  of these, all of them where it is left out
 */
export async function offerPhotosAgain(names, which = () => true) {
  if (names.length === 0) return;
  await writing(TALLIED, async (tx) => {
    const [tally, ...photos] = await Promise.all([tallyIn(tx), ...[...new Set(names)].map((name) => tx.get('photos', name))]);
    // The record that tells of it holds its receipt here: what waits, and is counted as waiting, is the photo alone.
    const offered = photos.filter((photo) => photo?.held && which(photo))
      .map((before) => ({ before, after: { ...before, waiting: 1, alone: 1, upload: null, receipt: null, stuck: null } }));
    for (const { after } of offered) tx.put('photos', after);
    putTally(tx, tally, { photos: offered });
  });
}

/**
 * Photos without a receipt that are not stuck: those of visits with something urgent first, then oldest first.
 * @returns {Promise<Photo[]>}
 */
export function photosToSend() {
  return withDatabase(async (db) => {
    const photos = /** @type {Photo[]} */ (await db.getAllFromIndex('photos', 'waiting')).filter((one) => one.stuck === null);
    const visits = await Promise.all([...new Set(photos.map((one) => one.visit))].map((visit) => db.get('visits', visit)));
    const urgent = new Set(visits.filter((one) => one?.urgent ?? one?.notes?.some((/** @type {Note} */ note) => note.urgent))
      .map((one) => one.visit));
    return photos.sort((a, b) => Number(urgent.has(b.visit)) - Number(urgent.has(a.visit)) || (a.taken_at < b.taken_at ? -1 : 1));
  });
}

/**
 * Whether a segment waits that is not stuck: text goes before photos, also what was recorded while photos travel.
 * @returns {Promise<boolean>}
 */
export async function segmentsWait() {
  const waiting = /** @type {Segment[]} */ (await withDatabase((db) => db.getAllFromIndex('segments', 'waiting')));
  return waiting.some((one) => one.stuck === null);
}

/**
 * @param {string} sealed
 * @returns {Promise<ArrayBuffer | undefined>}
 */
export function photoBytes(sealed) {
  return withDatabase((db) => db.get('photo_bytes', sealed));
}

/**
 * Keeps what changed about one photo; with a receipt it no longer waits.
 * @param {string} sealed
 * @param {Partial<Photo>} change
 */
export async function keepPhoto(sealed, change) {
  await writing(TALLIED, async (tx) => {
    const [tally, before] = await Promise.all([tallyIn(tx), tx.get('photos', sealed)]);
    const { waiting, alone, ...rest } = { ...before, ...change };
    const after = rest.receipt ? rest : { ...rest, ...(waiting && { waiting }), ...(alone && { alone }) };
    tx.put('photos', after);
    putTally(tx, tally, { photos: [{ before, after }] });
  });
}

/**
 * What does not go on by itself, each with the code of its reason; of very many the first of each.
 * @param {number} [most]  of each
 * @returns {Promise<{segments: Segment[], photos: Photo[], n: number}>} `n`: how many there are in all
 */
export function stuckItems(most) {
  return reading(['segments', 'photos'], async (tx) => {
    const stuck = [tx.objectStore('segments').index('waiting_stuck'), tx.objectStore('photos').index('waiting_stuck')];
    const [[segments, photos], n] = await Promise.all([
      Promise.all(stuck.map((one) => one.getAll(null, most))), Promise.all(stuck.map((one) => one.count()))]);
    return { segments, photos, n: n[0] + n[1] };
  });
}

/**
 * Lets what was refused be tried once more, since the reason may have gone. A fork stays where the office has it.
 */
export async function tryStuckAgain() {
  const { segments, photos } = await stuckItems();
  for (const photo of photos) await keepPhoto(photo.sealed, { stuck: null, upload: null });
  for (const segment of segments.filter((one) => one.stuck !== FORKED)) await keepSegment({ ...segment, stuck: null });
}

/**
 * How much waits and since when, however much it is.
 * @returns {Promise<{segments: number, photos: number, oldest_at: string | null}>}
 */
export async function waitingCounts() {
  const oldest = reading(WAITING, (tx) => Promise.all(WAITING.map((name) => tx.objectStore(name).index('waiting_at').openKeyCursor())));
  const [{ segments, photos }, cursors] = await Promise.all([readTally(), oldest]);
  const moments = cursors.flatMap((cursor) => (cursor ? [String(/** @type {unknown[]} */ (cursor.key)[1])] : []));
  return { segments, photos, oldest_at: moments.sort()[0] ?? null };
}

/**
 * The bytes of all that waits, added up a part at a time, so that other work goes on in between.
 * @returns {Promise<number>}
 */
export async function waitingBytes() {
  const segments = await bytesIn('segments', (one) => [one.device, one.from], (one) => one.bytes);
  return segments + (await bytesIn('photos', (one) => one.sealed, (one) => one.size));
}

/**
 * @param {string} name
 * @param {(row: any) => IDBValidKey} keyOf
 * @param {(row: any) => number} sizeOf
 */
async function bytesIn(name, keyOf, sizeOf) {
  let bytes = 0;
  /** @type {IDBKeyRange | null} */
  let rest = null;
  for (;;) {
    const range = rest;
    const rows = await reading([name], (tx) => tx.objectStore(name).getAll(range, AT_A_TIME));
    for (const row of rows) if (row.waiting) bytes += sizeOf(row);
    if (rows.length < AT_A_TIME) return bytes;
    rest = IDBKeyRange.lowerBound(keyOf(rows[rows.length - 1]), true);
  }
}

/**
 * What waits, for the phone's report.
 * @returns {Promise<{segments: number, photos: number, bytes: number, oldest_at: string | null,
 *   visits: Map<string, number>}>} `visits`: photos waiting by visit; a visit with only segments has 0
 */
export function waitingWork() {
  return withDatabase(async (db) => {
    const [segments, photos] = await Promise.all([
      db.getAllFromIndex('segments', 'waiting'), db.getAllFromIndex('photos', 'waiting')]);
    const visits = new Map(segments.filter((one) => one.visit).map((one) => [one.visit, 0]));
    for (const { visit } of photos) visits.set(visit, (visits.get(visit) ?? 0) + 1);
    const bytes = [...segments.map((one) => one.bytes), ...photos.map((one) => one.size)].reduce((a, b) => a + b, 0);
    const oldest = [...segments.map((one) => one.made_at), ...photos.map((one) => one.taken_at)].sort()[0] ?? null;
    return { segments: segments.length, photos: photos.length, bytes, oldest_at: oldest, visits };
  });
}

/**
 * Which of these visits have something that has not arrived.
 * @param {Reading} tx  over `WAITING`
 * @param {string[]} visits
 * @returns {Promise<Set<string>>}
 */
export async function waitingAmong(tx, visits) {
  const asked = WAITING.map(async (store) => {
    const index = tx.objectStore(store).index('waiting_visit');
    const keys = await Promise.all(visits.map((visit) => index.getKey([1, visit])));
    return visits.filter((_visit, at) => keys[at] !== undefined);
  });
  return new Set((await Promise.all(asked)).flat());
}

/**
 * Gives back the space of photos that are safe: both receipts held and a week gone by. What is known of them stays.
 * @param {number} now ms since 1970
 */
export async function freePhotos(now) {
  await writing([...TALLIED, 'photo_bytes'], async (tx) => {
    for (const photo of await tx.all('photos', 'held')) {
      const segment = photo.receipt && (await tx.get('segments', [photo.device, photo.from]));
      if (!segment?.receipt || now - Date.parse(photo.taken_at) < WEEK_MS) continue;
      const { held: _freed, ...rest } = photo;
      tx.put('photos', rest);
      tx.drop('photo_bytes', photo.sealed);
    }
    await compareTally(tx);
  });
}
