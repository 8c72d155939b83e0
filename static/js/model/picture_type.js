/** What a file is by its first bytes, never by its name (pitfall 9), and how large a HEIC picture says it is. Pure. */

/** Brands of ISO/IEC 23008-12 (HEIF) files with HEVC pictures, as fieldcheck/pictures.py knows them. */
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];
/** The box that holds a picture's width and height; thumbnails and tiles have one too, the whole is the largest. */
const EXTENTS = 'ispe';
/** What describes the pictures stands before their pixels, and pixels may spell anything. */
const DESCRIBED_WITHIN = 64 * 1024;

/**
 * @param {Uint8Array} bytes
 * @returns {'image/jpeg' | 'image/png' | 'image/webp' | 'image/heic' | null} null for anything else
 */
export function pictureType(bytes) {
  const head = latin(bytes, 0, 12);
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'image/webp';
  return head.slice(4, 8) === 'ftyp' && HEIC_BRANDS.includes(head.slice(8)) ? 'image/heic' : null;
}

/**
 * Width and height that a HEIC file names; null where it names none.
 * @param {Uint8Array} bytes
 * @returns {{width: number, height: number} | null}
 */
export function heicSize(bytes) {
  const head = bytes.subarray(0, DESCRIBED_WITHIN);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let largest = null;
  for (let at = 0; at + 16 <= head.length; at += 1) {
    if (latin(head, at, 4) !== EXTENTS) continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {number} count
 */
function latin(bytes, from, count) {
  return String.fromCharCode(...bytes.subarray(from, from + count));
}
