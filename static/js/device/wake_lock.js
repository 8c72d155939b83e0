/** The screen stays on while work travels: a phone that falls asleep stops every upload of its page (pitfall 20). */

/**
 * Runs `work` with the screen kept on, where the browser can and the page is seen; without that all the same.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function keptAwake(work) {
  // Refused where the battery is low or nobody looks: no reason to stop.
  const lock = await navigator.wakeLock?.request('screen').catch(() => null);
  try {
    return await work();
  } finally {
    await lock?.release().catch(() => {});
  }
}
