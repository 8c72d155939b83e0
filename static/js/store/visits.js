/** Visits on this phone: readable while open, a line of summary afterwards. */

import { wholeVisit } from '../model/visit.js';
import { withDatabase } from './database.js';

/** @import { Visit } from '../model/visit.js' */

/**
 * @param {string} id
 * @returns {Promise<Visit | undefined>}
 */
export function readVisit(id) {
  return withDatabase(async (db) => {
    const kept = await db.get('visits', id);
    return kept && wholeVisit(kept);
  });
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
export function newestVisits(most) {
  return withDatabase(async (db) => {
    /** @type {Visit[]} */
    const visits = [];
    let cursor = await db.transaction('visits').store.openCursor(null, 'prev');
    while (cursor && visits.length < most) {
      visits.push(wholeVisit(cursor.value));
      cursor = await cursor.continue();
    }
    return visits;
  });
}
