/** What this browser promises about storage: asked for at enrolment, looked at again before each photo. */

/**
 * Asks that stored work is not swept away when space runs short.
 * @returns {Promise<boolean>} false where refused or unknown
 */
export async function askToPersist() {
  return (await navigator.storage?.persist?.()) ?? false;
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

/** What the office sees of this phone's storage; null where the browser does not say. */
export async function storageReport() {
  const { usage = null, quota = null } = await spaceLeft();
  return { persisted: await isPersisted(), usage, quota };
}
