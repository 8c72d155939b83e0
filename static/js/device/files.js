/** Files that leave the app: put together piece by piece, kept by the browser, handed to people. */

/**
 * One file of many pieces. Each piece becomes the browser's own at once, which keeps it on its disk where memory is short.
 * @param {AsyncIterable<Uint8Array<ArrayBuffer>>} pieces
 * @param {string} name
 * @returns {Promise<File>}
 */
export async function fileOf(pieces, name) {
  /** @type {Blob[]} */
  const parts = [];
  for await (const piece of pieces) parts.push(new Blob([piece]));
  return new File(parts, name, { type: 'application/octet-stream' });
}

/**
 * Whether this browser can hand such a file to another app.
 * @param {File} file
 */
export function canShare(file) {
  return navigator.canShare?.({ files: [file] }) ?? false;
}

/**
 * Hands the file to an app that people choose; false where they choose none.
 * @param {File} file
 */
export async function share(file) {
  try {
    await navigator.share({ files: [file] });
    return true;
  } catch (fault) {
    if (/** @type {Error} */ (fault).name === 'AbortError') return false;
    throw fault;
  }
}
