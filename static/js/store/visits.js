/** Visits on this phone: readable while open, a line of summary afterwards. */

import { withDatabase } from './database.js';

/** @import { Visit } from '../model/visit.js' */

/**
 * @param {string} id
 * @returns {Promise<Visit | undefined>}
 */
export function readVisit(id) {
  return withDatabase((db) => db.get('visits', id));
}

/**
 * The newest visits first; ids are sortable by time.
 * @param {number} most
 * @returns {Promise<Visit[]>}
 */
export function newestVisits(most) {
  return withDatabase(async (db) => {
    /** @type {Visit[]} */
    const visits = [];
    let cursor = await db.transaction('visits').store.openCursor(null, 'prev');
    while (cursor && visits.length < most) {
      visits.push(cursor.value);
      cursor = await cursor.continue();
    }
    return visits;
  });
}
