/** Visits on this phone: readable while open, a line of summary afterwards. */

import { wholeVisit } from '../model/visit.js';
import { reading } from './database.js';
import { waitingAmong, WAITING } from './outbox.js';
import { conceal, newVaultOfVisit, openedVault, reveal, vaultOfVisit } from './vault.js';

/** @import { Visit } from '../model/visit.js' */
/** @import { Reading } from './database.js' */
/** @import { Vault } from './vault.js' */

/**
 * @param {string} id
 * @returns {Promise<Visit | undefined>}
 */
export async function readVisit(id) {
  const row = await reading(['visits'], (tx) => tx.objectStore('visits').get(id));
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
  return reading(['visits'], async (tx) => (await tx.objectStore('visits').index('state').count('open')) > 0);
}

/** How many visits lie here. */
export function countVisits() {
  return reading(['visits'], (tx) => tx.objectStore('visits').count());
}

/**
 * Those that are being recorded, the newest first, however many others lie here.
 * @returns {Promise<Visit[]>}
 */
export async function openVisits() {
  const rows = await reading(['visits'], (tx) => tx.objectStore('visits').index('state').getAll('open'));
  return Promise.all(rows.reverse().map(visitOf));
}

/**
 * The newest visits first; ids are sortable by time.
 * @param {number} most
 * @returns {Promise<Visit[]>}
 */
export async function newestVisits(most) {
  return Promise.all((await reading(['visits'], (tx) => newestRows(tx, most))).map(visitOf));
}

/**
 * The newest visits first, each with whether something of it has not arrived: one transaction for both.
 * @param {number} most
 * @param {string} [before]  only those that are older than this one
 * @returns {Promise<{visit: Visit, waiting: boolean}[]>}
 */
export async function newestWaiting(most, before) {
  const { rows, waiting } = await reading(['visits', ...WAITING], async (tx) => {
    const found = await newestRows(tx, most, before);
    return { rows: found, waiting: await waitingAmong(tx, found.map((row) => row.visit)) };
  });
  return Promise.all(rows.map(async (row) => ({ visit: await visitOf(row), waiting: waiting.has(row.visit) })));
}

/**
 * @param {Reading} tx
 * @param {number} most
 * @param {string} [before]
 */
async function newestRows(tx, most, before) {
  const older = before === undefined ? null : IDBKeyRange.upperBound(before, true);
  const store = tx.objectStore('visits');
  const newest = await store.openKeyCursor(older, 'prev');
  // Two steps instead of one for each visit: on a slow phone a step costs a millisecond.
  const oldest = newest && most > 1 ? await newest.advance(most - 1) : newest;
  const from = oldest && (before === undefined ? IDBKeyRange.lowerBound(oldest.primaryKey) : IDBKeyRange.bound(oldest.primaryKey, before, false, true));
  return (await store.getAll(from ?? older)).reverse();
}
