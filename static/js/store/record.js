/**
 * The save point. "Saved" is said only after all of it stands: read the head, write lines, sign and seal them outside
 * any transaction (awaiting crypto inside one ends it), then one transaction that looks at the head again, then read back.
 */

import { utf8 } from '../model/bytes.js';
import { writeLines } from '../model/chain.js';
import { Fault } from '../model/fault.js';
import { timestamp } from '../model/message.js';
import { withoutPrivate } from '../model/private_record.js';
import { cutIntoSegments, segmentClaims, segmentPayload, SEGMENT_TYPE } from '../model/segment.js';
import { foldLine } from '../model/visit.js';
import { eventsOf } from '../model/visit_events.js';
import { reading, writing } from './database.js';
import { draftRow, draftsWritten } from './drafts.js';
import { concealedSetting } from './settings.js';
import { putTally, tallyIn } from './tally.js';
import { forgetVisit, signingKey } from './vault.js';
import { visitOf, visitRow } from './visits.js';

/** @import { Head, Stamp } from '../model/message.js' */
/** @import { Ports } from '../model/ports.js' */
/** @import { Place, Visit } from '../model/visit.js' */
/** @import { Fact } from '../model/visit_events.js' */
/** @import { Writing } from './database.js' */
/** @import { Device } from './devices.js' */

/**
 * @typedef {{sealed: string, kind: string, bytes: ArrayBuffer}} NewPhoto  `sealed` is the SHA-256 of the bytes
 * @typedef {object} Change  what one save point does, all of it or nothing
 * @property {(Fact | null)[]} facts
 * @property {NewPhoto[]} [photos]
 * @property {Record<string, unknown>} [drafts]  written with it
 * @property {string[]} [dropDrafts]  gone with it
 * @property {Record<string, unknown>} [settings]  likewise written with it
 *
 * @typedef {object} Segment  what is kept beside the sealed bytes
 * @property {string} device
 * @property {number} from
 * @property {number} to
 * @property {string} head
 * @property {string | null} visit
 * @property {string[]} photos
 * @property {number} bytes
 * @property {string} made_at
 * @property {string | null} receipt
 * @property {string | null} stuck
 * @property {1} [waiting]
 *
 * @typedef {{device: Device, visit: Visit | null, nonce: string}} Before
 * @typedef {{segments: Segment[], bodies: string[], head: Head, visit: Visit | null}} Made
 * @typedef {{visit: object | null, drafts: [string, unknown][], settings: [string, unknown][]}} Rows  what is written of these
 */

const STORES = ['devices', 'segments', 'segment_bodies', 'photos', 'photo_bytes', 'visits', 'drafts', 'settings'];
const CHAIN = 'fieldcheck-chain';
const TRIES = 3;

/**
 * Records what `change` makes of the visit as it stands, and returns the visit after it.
 * @param {Ports} ports
 * @param {string} visit
 * @param {(visit: Visit | null) => Change} change pure; called again if another tab was quicker
 * @param {Place} [place] names for the reader, given when the visit is opened
 * @returns {Promise<Visit>}
 */
export async function save(ports, visit, change, place = { unit_name: '' }) {
  return /** @type {Visit} */ (await savePoint(ports, visit, change, place));
}

/**
 * Records facts about this phone itself, which belong to no visit.
 * @param {Ports} ports
 * @param {Change} change
 */
export async function saveOfPhone(ports, change) {
  await savePoint(ports, null, () => change, { unit_name: '' });
}

/**
 * @param {Ports} ports
 * @param {string | null} visit
 * @param {(visit: Visit | null) => Change} change
 * @param {Place} place
 * @returns {Promise<Visit | null>}
 */
function savePoint(ports, visit, change, place) {
  return ports.exclusive(CHAIN, async () => {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const before = await readBefore(visit);
      const wanted = change(before.visit);
      const made = await compose(ports, before, visit, wanted, place);
      if (await commit(before, made, wanted, await rowsOf(made, wanted), visit)) {
        if (visit && made.visit?.state !== 'open') forgetVisit(visit);
        await readBack(ports, made, wanted);
        return made.visit;
      }
    }
    throw new Fault('chain_busy');
  });
}

/**
 * @param {string | null} visit
 * @returns {Promise<Before>}
 */
async function readBefore(visit) {
  const { row, ...before } = await reading(['settings', 'devices', 'visits'], async (tx) => {
    const [id, nonce = '', row] = await Promise.all([
      tx.objectStore('settings').get('device'), tx.objectStore('settings').get('nonce'), visit && tx.objectStore('visits').get(visit)]);
    return { device: id && (await tx.objectStore('devices').get(id)), row, nonce };
  });
  if (!before.device || before.device.closed) throw new Fault('not_enrolled');
  return { ...before, visit: row ? await visitOf(row) : null };
}

/**
 * Concealed before the transaction begins, as all crypto is.
 * @param {Made} made
 * @param {Change} change
 * @returns {Promise<Rows>}
 */
async function rowsOf(made, change) {
  const each = (/** @type {Record<string, unknown>} */ all, /** @type {(key: string, value: unknown) => Promise<unknown>} */ rowOf) => (
    Promise.all(Object.entries(all).map(async ([key, value]) => /** @type {[string, unknown]} */ ([key, await rowOf(key, value)]))));
  const [drafts, settings, visit] = await Promise.all([
    each(change.drafts ?? {}, draftRow), each(change.settings ?? {}, concealedSetting), made.visit && visitRow(made.visit)]);
  // A letter typed before this save point must not be written after it: the draft may be gone with it.
  await draftsWritten();
  return { visit, drafts, settings };
}

/**
 * @param {Ports} ports
 * @param {Before} before
 * @param {string | null} visit
 * @param {Change} change
 * @param {Place} place
 * @returns {Promise<Made>}
 */
async function compose({ crypto, clock }, { device, visit: old, nonce }, visit, change, place) {
  const now = timestamp(clock.now());
  const bare = await Promise.all(change.facts.map(async (fact) => fact && withoutPrivate(fact, crypto)));
  const facts = bare.filter((one) => one !== null);
  const events = eventsOf(visit, facts.map((one) => one.value));
  /** @type {Stamp} */
  const stamp = { at: now, session: clock.session, mono: clock.mono(), nonce };
  const { lines, head } = await writeLines(device.device, device.head, events, stamp, crypto.sha256);
  const groups = cutIntoSegments(lines.map((line, at) => ({ line, records: facts[at].records })));
  /** @type {Made} */
  const made = { segments: [], bodies: [], head, visit: old };
  let start = device.head;
  for (const group of groups) {
    const end = { seq: start.seq + group.length, hash: await crypto.sha256(group[group.length - 1].line) };
    const body = await sealed(crypto, device, start, end, group);
    made.bodies.push(body);
    made.segments.push({
      device: device.device, from: start.seq + 1, to: end.seq, head: end.hash, visit, bytes: utf8(body).length, made_at: now,
      photos: photosIn(group), receipt: null, stuck: null, waiting: 1,
    });
    start = end;
  }
  for (const line of lines) made.visit = foldLine(made.visit, JSON.parse(line), place);
  return made;
}

/**
 * @param {import('../model/ports.js').Crypto} crypto
 * @param {Device} device
 * @param {Head} start
 * @param {Head} end
 * @param {{line: string, records: string[]}[]} group
 */
async function sealed(crypto, device, start, end, group) {
  const signature = await crypto.sign(segmentClaims(device.device, start, end), SEGMENT_TYPE, await signingKey(device.signing));
  const payload = segmentPayload(group.map((one) => one.line), group.flatMap((one) => one.records), signature);
  return crypto.encrypt(payload, device.server.enc);
}

/** @param {{line: string}[]} group */
function photosIn(group) {
  return group.map(({ line }) => JSON.parse(line)).filter(({ kind }) => kind === 'photo.taken')
    .map(({ body }) => /** @type {string} */ (body.sealed_sha256));
}

/**
 * One transaction; false where the head has moved since it was read, then nothing is written.
 * @param {Before} before
 * @param {Made} made
 * @param {Change} change
 * @param {Rows} rows
 * @param {string | null} visit
 * @returns {Promise<boolean>}
 */
function commit(before, made, change, rows, visit) {
  return writing(STORES, async (tx) => {
    const [device, tally] = await Promise.all([tx.get('devices', before.device.device), tallyIn(tx)]);
    // A connection lost after the commit runs this again: then the head is already ours.
    if (made.segments.length && device.head.hash === made.head.hash) return true;
    if (device.closed || device.head.hash !== before.device.head.hash) return false;
    tx.put('devices', { ...device, head: made.head });
    putSegments(tx, made);
    const photos = visit ? putPhotos(tx, made, change.photos ?? [], visit) : [];
    putTally(tx, tally, { segments: made.segments.map((after) => ({ after })), photos });
    if (rows.visit) tx.put('visits', rows.visit);
    for (const [key, row] of rows.drafts) tx.put('drafts', row, key);
    for (const key of change.dropDrafts ?? []) tx.drop('drafts', key);
    for (const [name, row] of rows.settings) tx.put('settings', row, name);
    return true;
  });
}

/**
 * @param {Writing} tx
 * @param {Made} made
 */
function putSegments(tx, made) {
  made.segments.forEach((segment, at) => {
    tx.put('segments', segment);
    tx.put('segment_bodies', made.bodies[at], [segment.device, segment.from]);
  });
}

/**
 * @param {Writing} tx
 * @param {Made} made
 * @param {NewPhoto[]} photos
 * @param {string} visit
 */
function putPhotos(tx, made, photos, visit) {
  return photos.map(({ sealed: name, kind, bytes }) => {
    const segment = /** @type {Segment} */ (made.segments.find((one) => one.photos.includes(name)));
    const meta = {
      sealed: name, kind, visit, device: segment.device, from: segment.from, size: bytes.byteLength, taken_at: segment.made_at,
      upload: null, receipt: null, stuck: null, waiting: 1, held: 1,
    };
    tx.put('photos', meta);
    tx.put('photo_bytes', bytes, name);
    return { after: meta };
  });
}

/**
 * Throws Fault `not_read_back` unless what was committed comes back as it was made.
 * @param {Ports} ports
 * @param {Made} made
 * @param {Change} change
 */
async function readBack({ crypto }, made, change) {
  const [bodies, photos] = await reading(['segment_bodies', 'photo_bytes'], (tx) => Promise.all([
    Promise.all(made.segments.map((one) => tx.objectStore('segment_bodies').get([one.device, one.from]))),
    Promise.all((change.photos ?? []).map((one) => tx.objectStore('photo_bytes').get(one.sealed))),
  ]));
  const bodiesStand = made.bodies.every((body, at) => body === bodies[at]);
  const hashes = await Promise.all(photos.map((bytes) => (bytes ? crypto.sha256(bytes) : '')));
  const photosStand = (change.photos ?? []).every((one, at) => one.sealed === hashes[at]);
  if (!bodiesStand || !photosStand) throw new Fault('not_read_back');
}
