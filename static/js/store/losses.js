/** Lost storage (丢失的存储): what this phone knows of work that is no longer on it. Kept until people have read it. */

import { readSetting } from './settings.js';
import { writing } from './database.js';
import { conceal, isLocked, reveal } from './vault.js';

/** @import { Vault } from './vault.js' */

/**
 * @typedef {object} Loss
 * @property {'emptied' | 'set_back' | 'replaced'} how  the database was gone; it was an older copy; the office misses work
 *   of the phone before this one
 * @property {string} device  whose work it was
 * @property {number} seq  the last line of it that is known of
 * @property {number} missing  how many records and photos had not arrived; of `set_back` the lines that only the server has
 * @property {number} at  what is said holds for this moment, ms since 1970
 * @property {string} [name]  what people called that phone
 * @property {boolean} [read]
 */

const LOSSES = 'losses';

/**
 * @returns {Promise<Loss[]>} oldest first
 */
export async function losses() {
  const kept = /** @type {Loss[]} */ ((await readSetting(LOSSES)) ?? []);
  const shut = await isLocked();
  return Promise.all(kept.map(async ({ name, ...rest }) => (name && !shut ? { ...rest, name: await reveal(name, LOSSES) } : rest)));
}

/**
 * What is written of losses: what people called a phone is concealed.
 * @param {Loss[]} known
 * @param {Vault} [by]
 */
export function lossesRow(known, by) {
  return Promise.all(known.map(async ({ name, ...rest }) => (name ? { ...rest, name: await conceal(name, LOSSES, by) } : rest)));
}

/**
 * Keeps a loss; the same one again changes nothing.
 * @param {Loss} loss
 */
export async function keepLoss(loss) {
  const [row] = await lossesRow([loss]);
  await writing(['settings'], async (tx) => {
    const known = /** @type {Loss[]} */ ((await tx.get('settings', LOSSES)) ?? []);
    if (known.some((one) => one.how === loss.how && one.device === loss.device)) return;
    tx.put('settings', [...known, row], LOSSES);
  });
}

/** Notes that people have read what was lost. It stays known, and the office goes on hearing of it. */
export async function readLosses() {
  await writing(['settings'], async (tx) => {
    const known = /** @type {Loss[]} */ ((await tx.get('settings', LOSSES)) ?? []);
    tx.put('settings', known.map((one) => ({ ...one, read: true })), LOSSES);
  });
}
