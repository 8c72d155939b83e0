/** Small things by name: which device this is, clock, language, what the last sync came to. */

import { withDatabase, writing } from './database.js';
import { conceal, reveal } from './vault.js';

/** @import { Vault } from './vault.js' */

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

/**
 * What is written of a setting that says something of places or people.
 * @param {string} name
 * @param {unknown} value
 * @param {Vault} [by]
 */
export function concealedSetting(name, value, by) {
  return conceal(value, `setting ${name}`, by);
}

/**
 * @param {string} name
 * @returns {Promise<any>} undefined where nothing was set
 */
export async function readConcealedSetting(name) {
  return reveal(await readSetting(name), `setting ${name}`);
}
