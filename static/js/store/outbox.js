/** What waits to be sent and what has arrived: segments and photos, their sealed bytes kept apart from what is known of them. */

import { FORKED } from '../model/outbox.js';
import { withDatabase, writing } from './database.js';

/** @import { Note } from '../model/visit.js' */
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

const WEEK_MS = 7 * 24 * 3600 * 1000;

/**
 * The three counts (已存、待传、已达).
 * @returns {Promise<Counts>}
 */
export function counts() {
  return withDatabase(async (db) => {
    const tx = db.transaction(['segments', 'photos']);
    const [saved, segments, photos] = await Promise.all([
      tx.objectStore('segments').count(),
      tx.objectStore('segments').index('waiting').count(),
      tx.objectStore('photos').index('alone').count(),
    ]);
    return { saved, waiting: segments + photos, arrived: saved - segments - photos };
  });
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
  await writing(['segments', 'photos'], async (tx) => {
    const { waiting: _old, ...rest } = segment;
    tx.put('segments', segment.receipt ? rest : { ...rest, waiting: 1 });
    for (const name of segment.receipt ? segment.photos : []) {
      const photo = await tx.get('photos', name);
      if (photo?.waiting) tx.put('photos', { ...photo, alone: 1 });
    }
  });
}

/**
 * After a server was restored: photos that it may have lost are offered again; one it still holds completes at once.
 * @param {string[]} names
 * @param {(photo: Photo) => boolean} [which]  of these, all of them where it is left out
 */
export async function offerPhotosAgain(names, which = () => true) {
  if (names.length === 0) return;
  await writing(['photos'], async (tx) => {
    for (const name of names) {
      const photo = await tx.get('photos', name);
      if (photo?.held && which(photo)) tx.put('photos', { ...photo, waiting: 1, upload: null, receipt: null, stuck: null });
    }
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
  await writing(['photos'], async (tx) => {
    const { waiting, alone, ...rest } = { ...(await tx.get('photos', sealed)), ...change };
    tx.put('photos', rest.receipt ? rest : { ...rest, ...(waiting && { waiting }), ...(alone && { alone }) });
  });
}

/**
 * What does not go on by itself, each with the code of its reason.
 * @returns {Promise<{segments: Segment[], photos: Photo[]}>}
 */
export function stuckItems() {
  return withDatabase(async (db) => {
    const [segments, photos] = await Promise.all([
      db.getAllFromIndex('segments', 'waiting'), db.getAllFromIndex('photos', 'waiting')]);
    return { segments: segments.filter((one) => one.stuck), photos: photos.filter((one) => one.stuck) };
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
 * What waits, for the phone's report and the sync page.
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
 * @param {string[]} visits
 * @returns {Promise<Set<string>>}
 */
export function visitsWaiting(visits) {
  return withDatabase(async (db) => {
    const tx = db.transaction(['segments', 'photos']);
    const among = async (/** @type {string} */ store, /** @type {string[]} */ asked) => {
      const index = tx.objectStore(store).index('waiting_visit');
      if (asked.length === 0 || (await index.count()) === 0) return [];
      const keys = await Promise.all(asked.map((visit) => index.getKey([1, visit])));
      return asked.filter((_visit, at) => keys[at] !== undefined);
    };
    // Most have both or neither, and on a slow phone each question costs two milliseconds.
    const found = new Set(await among('segments', visits));
    for (const visit of await among('photos', visits.filter((one) => !found.has(one)))) found.add(visit);
    return found;
  });
}

/**
 * Gives back the space of photos that are safe: both receipts held and a week gone by. What is known of them stays.
 * @param {number} now ms since 1970
 */
export async function freePhotos(now) {
  await writing(['photos', 'photo_bytes', 'segments'], async (tx) => {
    for (const photo of await tx.all('photos', 'held')) {
      const segment = photo.receipt && (await tx.get('segments', [photo.device, photo.from]));
      if (!segment?.receipt || now - Date.parse(photo.taken_at) < WEEK_MS) continue;
      const { held: _freed, ...rest } = photo;
      tx.put('photos', rest);
      tx.drop('photo_bytes', photo.sealed);
    }
  });
}
