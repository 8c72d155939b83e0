/**
 * Whether a phone is ready for the field (可以下乡): eight conditions, each met or not, each with words and with what to do.
 * Pure; what is found is asked by `device/` and `store/`.
 */

/** @import { Verdict } from './datum.js' */

/** How many photos a long day brings, and what one weighs at most once sealed. */
export const DAY_PHOTOS = 40;
export const PHOTO_BYTES = 400_000;
/**
 * What must be free in the morning. A day's photos and records are 20 MB; browsers need several times that for their own
 * journals while they write, and a second day may come before a network does (pitfall 13).
 */
export const DAY_BYTES = 100_000_000;
/** A clock further off than this is worth setting before a day of evidence; the office flags ten minutes. */
export const CLOCK_OFF_MS = 120_000;
/** What was fetched longer ago than this may lack what was assigned since. */
export const PACK_OLD_MS = 24 * 3600 * 1000;

/**
 * What was found on this phone.
 * @typedef {object} Found
 * @property {'installed' | 'offered' | 'tab' | 'apple' | 'cannot'} place  on the home screen; in a tab, to be put there by a
 *   tap, by the browser's menu or by Safari's share menu; in a browser that puts nothing there
 * @property {boolean} persisted
 * @property {boolean} pack  round and checklist are here
 * @property {number | null} fetched  when the server was last heard to the end, ms since 1970
 * @property {'granted' | 'denied' | 'prompt'} camera
 * @property {'granted' | 'denied' | 'prompt'} position
 * @property {{usage?: number, quota?: number}} space  bytes
 * @property {boolean} room  what was written on trial fitted, or was not tried
 * @property {number | null} offset  server's clock minus this one, ms
 * @property {{point: boolean, verdict: Verdict | null}} datum  whether a known point is named; what the last test found
 * @property {number} now  ms since 1970
 *
 * @typedef {'install' | 'storage' | 'pack' | 'camera' | 'position' | 'datum' | 'space' | 'clock'} Name
 * @typedef {{name: Name, met: boolean, says: string, act: 'install' | 'persist' | 'sync' | 'camera' | 'position' | 'datum' | null}} Condition
 *   `says`: which sentence of the condition; `act`: what a tap can do about it
 */

/**
 * The conditions in the order in which they are best met.
 * @param {Found} found
 * @returns {Condition[]}
 */
export function conditions(found) {
  return [install(found), storage(found), pack(found), allowed('camera', found.camera), allowed('position', found.position),
    datum(found), space(found), clock(found)];
}

/**
 * What is still missing; nothing missing is ready.
 * @param {Condition[]} all
 */
export function lacking(all) {
  return all.filter((one) => !one.met);
}

/**
 * How many more photos fit above the floor under which the shutter stays closed; null where the browser does not say.
 * @param {{usage?: number, quota?: number}} estimate bytes
 * @param {number} floor bytes
 */
export function photosThatFit({ usage, quota }, floor) {
  if (usage === undefined || quota === undefined) return null;
  return Math.max(0, Math.floor((quota - usage - floor) / PHOTO_BYTES));
}

/**
 * A browser that puts nothing on the home screen counts as installed once it keeps its storage: that is what installing
 * is for.
 * @param {Found} found
 * @returns {Condition}
 */
function install({ place, persisted }) {
  if (place === 'installed') return { name: 'install', met: true, says: 'met', act: null };
  if (place === 'cannot') return { name: 'install', met: persisted, says: persisted ? 'tab_counts' : 'cannot', act: null };
  return { name: 'install', met: false, says: place, act: place === 'offered' ? 'install' : null };
}

/**
 * @param {Found} found
 * @returns {Condition}
 */
function storage({ persisted }) {
  return { name: 'storage', met: persisted, says: persisted ? 'met' : 'refused', act: persisted ? null : 'persist' };
}

/**
 * @param {Found} found
 * @returns {Condition}
 */
function pack({ pack: here, fetched, now }) {
  const old = fetched === null || now - fetched > PACK_OLD_MS;
  const says = !here ? 'none' : old ? 'old' : 'met';
  return { name: 'pack', met: says === 'met', says, act: says === 'met' ? null : 'sync' };
}

/**
 * @param {'camera' | 'position'} name
 * @param {'granted' | 'denied' | 'prompt'} state
 * @returns {Condition}
 */
function allowed(name, state) {
  const says = { granted: 'met', denied: 'denied', prompt: 'untried' }[state];
  return { name, met: state === 'granted', says, act: state === 'granted' ? null : name };
}

/**
 * Where the office has named no point there is nothing to test at.
 * @param {Found} found
 * @returns {Condition}
 */
function datum({ datum: { point, verdict } }) {
  const says = verdict ?? (point ? 'untested' : 'no_point');
  return { name: 'datum', met: !['untested', 'odd'].includes(says), says, act: point ? 'datum' : null };
}

/**
 * @param {Found} found
 * @returns {Condition}
 */
function space({ space: { usage, quota }, room }) {
  if (!room) return { name: 'space', met: false, says: 'short', act: 'sync' };
  if (usage === undefined || quota === undefined) return { name: 'space', met: true, says: 'unknown', act: null };
  const met = quota - usage >= DAY_BYTES;
  return { name: 'space', met, says: met ? 'met' : 'short', act: met ? null : 'sync' };
}

/**
 * @param {Found} found
 * @returns {Condition}
 */
function clock({ offset }) {
  const says = offset === null ? 'unknown' : Math.abs(offset) > CLOCK_OFF_MS ? 'off' : 'met';
  return { name: 'clock', met: says === 'met', says, act: says === 'unknown' ? 'sync' : null };
}
