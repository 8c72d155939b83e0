/**
 * A mark beside the database, by which an emptied one is noticed: browsers that run short of space, or are told to, drop a
 * site's database whole, and its keys with it. Cookies are kept and dropped by other rules. It says nothing of any visit.
 */

const COOKIE = 'fc_phone';
const YEAR_S = 365 * 24 * 3600;
const UUID = /^[0-9a-f-]{36}$/;

/**
 * @typedef {{device: string, seq: number, saved: number, waiting: number, at: number}} Marker  the device, the last line of
 *   its chain, how many records and photos were saved and how many of them had not arrived, and when (ms since 1970)
 */

/**
 * @returns {Marker | null} null where there is none, or none that makes sense
 */
export function readMarker() {
  const text = new RegExp(`(?:^|; )${COOKIE}=([\\w.-]+)`).exec(document.cookie)?.[1] ?? '';
  const [device, ...numbers] = text.split('.');
  const [seq, saved, waiting, at] = numbers.map(Number);
  const sound = UUID.test(device) && numbers.length === 4 && [seq, saved, waiting, at].every(Number.isSafeInteger);
  return sound ? { device, seq, saved, waiting, at } : null;
}

/** @param {Marker} marker */
export function writeMarker({ device, seq, saved, waiting, at }) {
  const secure = window.location.protocol === 'https:' ? '; Secure' : '';
  const text = [device, seq, saved, waiting, at].join('.');
  document.cookie = `${COOKIE}=${text}; Path=/phone/; Max-Age=${YEAR_S}; SameSite=Strict${secure}`;
}
