/**
 * The phone's lock (锁): how long a PIN or passphrase must be, what it is worth, how wrong tries slow down. Pure.
 * Source: docs/protocol.md §8.
 */

/** A PIN or passphrase has at least so many characters. */
export const SHORTEST = 6;
/** PBKDF2-HMAC-SHA256, as OWASP asks for in 2023 and later; a second on a slow phone. */
export const ROUNDS = 600_000;
/** Out of sight for so long, the phone locks by itself. */
export const HIDDEN_MS = 5 * 60_000;
/** So many wrong tries cost nothing: fingers are cold. */
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 30 * 60_000;
/** So long, and not of digits alone, counts as a passphrase: it takes years to try them all, not hours. */
const PASSPHRASE = 12;
/** A Chinese character is one of some thousands, a letter one of some dozens. */
const WIDE = /\p{Script=Han}/u;

/**
 * @typedef {'short' | 'plain' | 'pin' | 'passphrase'} Strength  `plain`: what everybody tries first
 */

/**
 * What a secret is worth.
 * @param {string} secret
 * @returns {Strength}
 */
export function strengthOf(secret) {
  const signs = [...secret.normalize('NFKC')];
  if (signs.length < SHORTEST) return 'short';
  if (isPlain(signs)) return 'plain';
  const weight = signs.reduce((sum, sign) => sum + (WIDE.test(sign) ? 2 : 1), 0);
  return weight >= PASSPHRASE && signs.some((sign) => !/\p{Nd}/u.test(sign)) ? 'passphrase' : 'pin';
}

/**
 * One sign again and again, or signs that count up or down.
 * @param {string[]} signs
 */
function isPlain(signs) {
  const steps = new Set(signs.slice(1).map((sign, at) => (sign.codePointAt(0) ?? 0) - (signs[at].codePointAt(0) ?? 0)));
  return steps.size === 1 && [-1, 0, 1].includes([...steps][0]);
}

/**
 * How long until the next try after so many wrong ones, in ms.
 * @param {number} tries
 */
export function waitAfterTries(tries) {
  return tries < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - FREE_TRIES));
}

/**
 * How long one still has to wait. A clock that was set back makes nobody wait for longer than the wait itself.
 * @param {{tries: number, tried_at: number}} lock
 * @param {number} now ms since 1970
 */
export function waitLeft({ tries, tried_at }, now) {
  const wait = waitAfterTries(tries);
  return Math.min(wait, Math.max(0, tried_at + wait - now));
}
