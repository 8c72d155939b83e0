/** What a secret that was not right means, and what is left to try. */

import { waitLeft } from '../../model/phone_lock.js';
import { readLock } from '../../store/vault.js';

/** @import { App } from '../app.js' */

/** @typedef {{key: string, values?: Record<string, number>}} Trouble */

/**
 * @param {App} app
 * @returns {Promise<Trouble>}
 */
export async function wrongSecret({ ports }) {
  const lock = await readLock();
  const wait = lock ? Math.ceil(waitLeft(lock, ports.clock.now()) / 1000) : 0;
  const left = lock?.wipe_after ? lock.wipe_after - lock.tries : 0;
  if (left > 0) return { key: 'lock.wrong_left', values: { n: left } };
  return wait ? { key: 'lock.wrong_wait', values: { n: wait } } : { key: 'lock.wrong' };
}
