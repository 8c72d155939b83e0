/**
 * What stands in for this device's own parts where the phone is tried out (演示): the page `/try` holds it in a frame and
 * hands them in. No other page may hold it, since the server lets only a demonstration be framed, and what they make
 * is marked `source=demo`, which no other database counts.
 */

/** @import { Sample } from '../model/fix.js' */

/**
 * @typedef {object} StandIns
 * @property {() => MediaStream} camera  a drawn picture in place of the camera's
 * @property {(onSample: (sample: Sample) => void) => () => void} watchPosition  until the returned function is called
 * @property {typeof XMLHttpRequest} Request  requests that a switch can fail
 */

/** The name under which the page around the frame keeps what makes them. */
export const STAND_INS = 'fieldcheckStandIns';

/** @type {StandIns | null} */
export const standIns = given();

/** @returns {StandIns | null} */
function given() {
  const { parent } = globalThis;
  if (!parent || parent === globalThis.window) return null;
  try {
    return /** @type {any} */ (parent)[STAND_INS]?.(globalThis.window) ?? null;
  } catch {
    // A page from elsewhere: the server forbids it, and it would have nothing to give.
    return null;
  }
}
