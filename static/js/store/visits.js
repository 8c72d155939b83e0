/** Visits on this phone: readable while open, a line of summary afterwards. */

import { wholeVisit } from '../model/visit.js';
import { withDatabase } from './database.js';
import { conceal, newVaultOfVisit, openedVault, reveal, vaultOfVisit } from './vault.js';

/** @import { Visit } from '../model/visit.js' */
/** @import { Vault } from './vault.js' */

/**
 * @param {string} id
 * @returns {Promise<Visit | undefined>}
 */
export async function readVisit(id) {
  const row = await withDatabase((db) => db.get('visits', id));
  return row && visitOf(row);
}

/**
 * What is written of a visit. Outside of what is concealed stands only what a shut phone must know: whether it is open, and
 * whether its photos go first. An open one has a key of its own; what stays of an ended one lies under the phone's.
 * @param {Visit} visit
 * @param {Vault | null} [by]
 */
export async function visitRow(visit, by = openedVault()) {
  const of = `visit ${visit.visit}`;
  const { state } = visit;
  const own = by && state === 'open' ? (await vaultOfVisit(visit.visit)) ?? (await newVaultOfVisit(visit.visit, by)) : null;
  const body = await conceal(visit, of, own ?? by);
  if (body === visit) return visit;
  const seen = { visit: visit.visit, state, urgent: visit.notes.some((note) => note.urgent), body };
  return own ? { ...seen, key: own.kept } : seen;
}

/**
 * @param {any} row
 * @returns {Promise<Visit>}
 */
export async function visitOf(row) {
  if (!('body' in row)) return wholeVisit(row);
  const by = row.key ? await vaultOfVisit(row.visit, row) : openedVault();
  return wholeVisit(await reveal(row.body, `visit ${row.visit}`, by));
}

/** Whether any visit is still being recorded. */
export function anyVisitOpen() {
  return withDatabase(async (db) => (await db.countFromIndex('visits', 'state', 'open')) > 0);
}

/** How many visits lie here. */
export function countVisits() {
  return withDatabase((db) => db.count('visits'));
}

/**
 * The newest visits first; ids are sortable by time.
 * @param {number} most  Infinity for all of them
 * @returns {Promise<Visit[]>}
 */
export async function newestVisits(most) {
  const rows = await withDatabase(async (db) => {
    const { store } = db.transaction('visits');
    const newest = Number.isFinite(most) ? await store.openKeyCursor(null, 'prev') : null;
    // Two steps instead of one for each visit: on a slow phone a step costs a millisecond.
    const oldest = newest && most > 1 ? await newest.advance(most - 1) : newest;
    return store.getAll(oldest && IDBKeyRange.lowerBound(oldest.primaryKey));
  });
  return Promise.all(rows.reverse().map(visitOf));
}
