/** Drafts: everything tapped or typed that is not recorded yet, and where the app stood. Written at every field. */

import { withDatabase, writing } from './database.js';

/** The draft that says which screen is open; a restarted app goes on there. */
export const HERE = 'here';

/**
 * @param {string} key
 * @returns {Promise<any>} undefined where there is none
 */
export function readDraft(key) {
  return withDatabase((db) => db.get('drafts', key));
}

/**
 * @param {string} key
 * @param {unknown} value
 */
export async function writeDraft(key, value) {
  await writing(['drafts'], (tx) => tx.put('drafts', value, key), 'relaxed');
}

/**
 * All drafts whose key begins so, by key.
 * @param {string} start
 * @returns {Promise<[string, any][]>}
 */
export function draftsUnder(start) {
  return withDatabase(async (db) => {
    const range = IDBKeyRange.bound(start, `${start}\uffff`);
    const tx = db.transaction('drafts');
    const [keys, values] = await Promise.all([tx.store.getAllKeys(range), tx.store.getAll(range)]);
    return keys.map((key, at) => [String(key), values[at]]);
  });
}

/**
 * The key of an interview's draft.
 * @param {string} visit
 * @param {string | null} household null for the village's questions
 */
export function interviewKey(visit, household) {
  return `interview:${visit}:${household ?? 'village'}`;
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
 * The key of the draft of a remark (问题、线索、亮点) that no question asked for.
 * @param {string} visit
 */
export function noteKey(visit) {
  return `note:${visit}`;
}
