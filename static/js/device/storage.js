/** What this browser promises about storage: asked for at enrolment, looked at again before each photo. */

/** The name of the cache that only a trial fills; the service worker's own are called otherwise. */
const TRIAL = 'room';

/** Firefox asks the person, and its promise stands open until they answer; nothing may hang on that. */
const ANSWERED_WITHIN_MS = 3000;

/**
 * Asks that stored work is not swept away when space runs short.
 * @returns {Promise<boolean>} false where refused, unknown, or not answered yet
 */
export async function askToPersist() {
  const unanswered = new Promise((resolve) => { setTimeout(resolve, ANSWERED_WITHIN_MS, false); });
  return Boolean(await Promise.race([navigator.storage?.persist?.(), unanswered]));
}

/**
 * @returns {Promise<boolean>}
 */
export async function isPersisted() {
  return (await navigator.storage?.persisted?.()) ?? false;
}

/**
 * Bytes used and allowed; members are missing where the browser does not say. It is no gauge of the free disk.
 * @returns {Promise<{usage?: number, quota?: number}>}
 */
export async function spaceLeft() {
  const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
  return { usage, quota };
}

/**
 * Whether so many bytes can be written just now, found by writing them beside the database and dropping them again. Since
 * Chrome 138 the estimate there is always usage and 10 GiB, whatever is left; what is enforced is told by a write alone.
 * @param {number} bytes
 * @returns {Promise<boolean>} true where nothing can be tried
 */
export async function roomByTrial(bytes) {
  if (!('caches' in window)) return true;
  try {
    const cache = await caches.open(TRIAL);
    await cache.put(`/${TRIAL}`, new Response(new ArrayBuffer(bytes)));
    return true;
  } catch (fault) {
    return /** @type {Error} */ (fault).name !== 'QuotaExceededError';
  } finally {
    await caches.delete(TRIAL).catch(() => {});
  }
}

/** What the office sees of this phone's storage; null where the browser does not say. */
export async function storageReport() {
  const { usage = null, quota = null } = await spaceLeft();
  return { persisted: await isPersisted(), usage, quota };
}
