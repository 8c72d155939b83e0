/** Small things by name: which device this is, clock, language, what the last sync came to. */

import { reading, writing } from './database.js';
import { conceal, reveal } from './vault.js';

/** @import { Vault } from './vault.js' */

/**
 * @param {string} name
 * @returns {Promise<any>} undefined where nothing was set
 */
export function readSetting(name) {
  return reading(['settings'], (tx) => tx.objectStore('settings').get(name));
}

/**
 * @param {string} name
 * @param {unknown} value
 */
export async function writeSetting(name, value) {
  await writing(['settings'], (tx) => tx.put('settings', value, name));
}

/**
 * What may be forgotten with the battery: nothing that is being saved waits for the disk behind it.
 * @param {string} name
 * @param {unknown} value
 */
export async function noteSetting(name, value) {
  await writing(['settings'], (tx) => tx.put('settings', value, name), 'relaxed');
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
