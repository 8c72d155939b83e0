/** Drafts: everything tapped or typed that is not recorded yet, and where the app stood. Written at every field. */

import { Fault } from '../model/fault.js';
import { reading, writing } from './database.js';
import { conceal, isLocked, reveal, vaultOfVisit } from './vault.js';

/** @import { Vault } from './vault.js' */

/** The draft that says which screen is open; a restarted app goes on there. */
export const HERE = 'here';

/** A visit's id within the key of a draft (RFC 9562, version 7). */
const VISIT = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

const VISITED = 'visited:';

/** Why a draft was not written, where there is a sentence of its own for it; any other reason is `draft_unwritten`. */
const UNWRITTEN = ['storage_full', 'store_newer', 'draft_unwritten'];

/** Concealing takes its time: one write after the other, or an older letter could overtake a newer one. */
let turn = Promise.resolve();
/** The last write of each draft that is not done. @type {Map<string, Promise<void>>} */
const under = new Map();

/** Resolves when what was typed so far is written. */
export function draftsWritten() {
  return turn;
}

/**
 * @param {string} key
 * @returns {Promise<any>} undefined where there is none
 */
export async function readDraft(key) {
  await under.get(key);
  return draftOf(key, await reading(['drafts'], (tx) => tx.objectStore('drafts').get(key)));
}

/**
 * Where the app stood. What another tab wrote by a key that was destroyed meanwhile does not keep anybody out.
 * @returns {Promise<any>} undefined where it is not known
 */
export function readHere() {
  return readDraft(HERE).catch(async (fault) => {
    if (fault?.code !== 'locked' || (await isLocked())) throw fault;
    return undefined;
  });
}

/**
 * What is written of a draft.
 * @param {string} key
 * @param {unknown} value
 * @param {Vault} [by]
 */
export async function draftRow(key, value, by) {
  const visit = VISIT.exec(key)?.[0];
  const own = visit && !by ? await vaultOfVisit(visit) : null;
  const row = await conceal(value, `draft ${key}`, own ?? by);
  return own ? { ...row, visit } : row;
}

/**
 * @param {string} key
 * @param {any} kept
 */
async function draftOf(key, kept) {
  if (!kept?.visit || !kept.concealed) return reveal(kept, `draft ${key}`);
  const own = await vaultOfVisit(kept.visit);
  // Its visit has ended, and its key with it.
  if (!own && !(await isLocked())) return undefined;
  return reveal(kept, `draft ${key}`, own).catch((fault) => {
    if (own) return undefined;
    throw fault;
  });
}

/**
 * Whether people must be told that something they tapped or typed is not kept, though nobody waits for it.
 * @param {any} fault
 * @returns {fault is Fault}
 */
export function tellable(fault) {
  return UNWRITTEN.includes(fault?.code);
}

/**
 * A phone that was locked meanwhile says so; whatever else goes wrong is a fault that is told.
 * @param {string} key
 * @param {unknown} value
 */
export function writeDraft(key, value) {
  const written = turn.then(async () => {
    const row = await draftRow(key, value);
    await writing(['drafts'], (tx) => tx.put('drafts', row, key), 'relaxed');
  }).catch((fault) => {
    throw fault instanceof Fault ? fault : new Fault('draft_unwritten', { name: String(fault?.name ?? fault) });
  });
  // Whoever asked hears of a failure; the next write begins all the same.
  const mine = turn = written.catch(() => {}).then(() => void (under.get(key) === mine && under.delete(key)));
  under.set(key, mine);
  return written;
}

/**
 * The keys of all drafts that begin so, also of those that no key opens any more.
 * @param {string} start
 * @returns {Promise<string[]>}
 */
export async function draftKeys(start) {
  const keys = await readUnder(start, (store, range) => store.getAllKeys(range));
  return keys.map(String);
}

/**
 * All drafts whose key begins so, by key. One that no key opens any more is none: another window may have written it by the
 * key of a visit that was sealed here and is open again.
 * @param {string} start
 * @returns {Promise<[string, any][]>}
 */
export async function draftsUnder(start) {
  const [keys, rows] = await readUnder(start, (store, range) => Promise.all([store.getAllKeys(range), store.getAll(range)]));
  const drafts = await Promise.all(rows.map(async (row, at) => /** @type {[string, any]} */ ([String(keys[at]), await draftOf(String(keys[at]), row)])));
  return drafts.filter(([, draft]) => draft !== undefined);
}

/**
 * Reads what lies under these keys, once what is being written to them stands.
 * @template T
 * @param {string} start
 * @param {(store: import('idb').IDBPObjectStore<any, any, 'drafts', 'readonly'>, range: IDBKeyRange) => Promise<T>} read
 * @returns {Promise<T>}
 */
async function readUnder(start, read) {
  await Promise.all([...under].map(([key, written]) => key.startsWith(start) && written));
  return reading(['drafts'], (tx) => read(tx.objectStore('drafts'), IDBKeyRange.bound(start, `${start}\uffff`)));
}

/**
 * The key of an interview's draft.
 * @param {string} visit
 * @param {string | null} household null for the village's questions
 */
export function interviewKey(visit, household) {
  return `${interviewsOf(visit)}${household ?? 'village'}`;
}

/**
 * What the keys of all interviews of a visit begin with.
 * @param {string} visit
 */
export function interviewsOf(visit) {
  return `interview:${visit}:`;
}

/**
 * The key of the draft of a doubt (存疑).
 * @param {string} visit
 */
export function doubtKey(visit) {
  return `doubt:${visit}`;
}

/**
 * The key of the draft of what becomes of a proposal (建议).
 * @param {string} visit
 * @param {string} proposal
 */
export function proposalKey(visit, proposal) {
  return `proposal:${visit}:${proposal}`;
}

/**
 * The key of the reason, as far as it is typed, why a photo that is wanted (证据照片) is not there.
 * @param {string} visit
 */
export function evidenceKey(visit) {
  return `evidence:${visit}`;
}

/**
 * The key of what says that an assignment's township was visited and the visit sealed, however long ago.
 * @param {string} assignment
 */
export function visitedKey(assignment) {
  return `${VISITED}${assignment}`;
}

/** @returns {Promise<Set<string>>} the assignments that have such a key */
export async function visitedAssignments() {
  return new Set((await draftKeys(VISITED)).map((key) => key.slice(VISITED.length)));
}

/**
 * The key of the draft of a remark (问题、线索、亮点) that no question asked for.
 * @param {string} visit
 */
export function noteKey(visit) {
  return `note:${visit}`;
}
