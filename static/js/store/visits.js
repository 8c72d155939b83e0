/** Visits on this phone: readable while open, a line of summary afterwards. */

import { wholeVisit } from '../model/visit.js';
import { withDatabase } from './database.js';
import { conceal, reveal } from './vault.js';

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
 * whether its photos go first.
 * @param {Visit} visit
 * @param {Vault} [by]
 */
export async function visitRow(visit, by) {
  const body = await conceal(visit, `visit ${visit.visit}`, by);
  if (body === visit) return visit;
  return { visit: visit.visit, state: visit.state, urgent: visit.notes.some((note) => note.urgent), body };
}

/**
 * @param {any} row
 * @returns {Promise<Visit>}
 */
export async function visitOf(row) {
  return wholeVisit('body' in row ? await reveal(row.body, `visit ${row.visit}`) : row);
}

/** Whether any visit is still being recorded. */
export function anyVisitOpen() {
  return withDatabase(async (db) => {
    let cursor = await db.transaction('visits').store.openCursor(null, 'prev');
    while (cursor && cursor.value.state !== 'open') cursor = await cursor.continue();
    return cursor !== null;
  });
}

/**
 * The newest visits first; ids are sortable by time.
 * @param {number} most
 * @returns {Promise<Visit[]>}
 */
export async function newestVisits(most) {
  const rows = await withDatabase(async (db) => {
    const found = [];
    let cursor = await db.transaction('visits').store.openCursor(null, 'prev');
    while (cursor && found.length < most) {
      found.push(cursor.value);
      cursor = await cursor.continue();
    }
    return found;
  });
  return Promise.all(rows.map(visitOf));
}
