/** Small things by name: which device this is, clock, language, what the last sync came to. */

import { withDatabase, writing } from './database.js';

/**
 * @param {string} name
 * @returns {Promise<any>} undefined where nothing was set
 */
export function readSetting(name) {
  return withDatabase((db) => db.get('settings', name));
}

/**
 * @param {string} name
 * @param {unknown} value
 */
export async function writeSetting(name, value) {
  await writing(['settings'], (tx) => tx.put('settings', value, name));
}
