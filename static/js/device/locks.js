/** One at a time across tabs (Web Locks); where a browser has none, one at a time in this tab. */

/** @import { Exclusive } from '../model/ports.js' */

/** @type {Map<string, Promise<unknown>>} */
const queues = new Map();

/** @returns {LockManager | undefined} */
function webLocks() {
  return globalThis.navigator?.locks;
}

/** @type {Exclusive} */
export async function exclusive(name, work) {
  const locks = webLocks();
  // The DOM types give the callback's promise back wrapped in another.
  if (locks) return /** @type {any} */ (locks.request(name, work));
  const turn = (queues.get(name) ?? Promise.resolve()).then(work, work);
  queues.set(name, turn);
  return turn;
}

/**
 * Runs `work` unless a tab is already at it; then `null` at once.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T | null>}
 */
export async function unlessBusy(name, work) {
  const locks = webLocks();
  if (!locks) return exclusive(name, work);
  return /** @type {any} */ (locks.request(name, { ifAvailable: true }, async (lock) => (lock ? work() : null)));
}
