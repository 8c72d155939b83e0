/**
 * The join code (加入码): eight characters by which a team-mate's own phone finds a visit without a network. The visit's
 * id says the same as the code, so both phones reckon one id from the assignment that both hold. The rule and its reasons
 * stand in fieldcheck/rules/join_code.py; both run tests/rules/join_codes.json. Pure.
 */

/** @import { Crypto } from './ports.js' */

/** @typedef {{round: string, assignment: string}} Task  what the phones of a team hold alike */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 8;
const NOISE = 2 ** 12;
const MINUTES = 2 ** 13;
const CHECKS = 2 ** 15;
const MINUTE_MS = 60000;
/** @type {Record<string, string>} */
const LOOKALIKES = { I: '1', L: '1', O: '0' };

/**
 * The id of a visit that others can join.
 * @param {Crypto} crypto
 * @param {Task} task
 * @param {number} now ms since 1970
 */
export function newVisitId(crypto, task, now) {
  const [high, low] = crypto.random(2);
  return visitId(crypto, task, Math.floor(now / MINUTE_MS), ((high << 8) | low) % NOISE);
}

/**
 * The code of a visit, or null where its id was not made for this assignment.
 * @param {Crypto} crypto
 * @param {Task} task
 * @param {string} visit
 * @returns {Promise<string | null>}
 */
export async function joinCode(crypto, task, visit) {
  const digits = visit.replaceAll('-', '');
  const minute = Math.floor(Number.parseInt(digits.slice(0, 12), 16) / MINUTE_MS);
  const noise = Number.parseInt(digits.slice(13, 16), 16);
  if ((await visitId(crypto, task, minute, noise)) !== visit) return null;
  const check = checkOf(await digest(crypto, task, minute, noise));
  let rest = ((minute % MINUTES) * NOISE + noise) * CHECKS + check;
  let code = '';
  for (let place = 0; place < LENGTH; place += 1) {
    code = ALPHABET[rest % 32] + code;
    rest = Math.floor(rest / 32);
  }
  return code;
}

/**
 * The visit that a typed code means, or null where it is none of this assignment.
 * @param {Crypto} crypto
 * @param {Task} task
 * @param {string} typed
 * @param {number} now ms since 1970; the minute nearest to it is meant
 * @returns {Promise<string | null>}
 */
export async function visitOfCode(crypto, task, typed, now) {
  const code = tidyJoinCode(typed);
  if (code === null) return null;
  const packed = [...code].reduce((sum, one) => sum * 32 + ALPHABET.indexOf(one), 0);
  const noise = Math.floor(packed / CHECKS) % NOISE;
  const here = Math.floor(now / MINUTE_MS);
  const ahead = (((Math.floor(packed / CHECKS / NOISE) - here + MINUTES / 2) % MINUTES) + MINUTES) % MINUTES;
  const minute = here + ahead - MINUTES / 2;
  if (minute < 0 || checkOf(await digest(crypto, task, minute, noise)) !== packed % CHECKS) return null;
  return visitId(crypto, task, minute, noise);
}

/**
 * A typed code as it was shown, or null while it is none: case, blanks and look-alike letters do not matter.
 * @param {string} typed
 * @returns {string | null}
 */
export function tidyJoinCode(typed) {
  const code = [...typed.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '')].map((one) => LOOKALIKES[one] ?? one);
  return code.length === LENGTH && code.every((one) => ALPHABET.includes(one)) ? code.join('') : null;
}

/**
 * A code as it is read out: in two halves.
 * @param {string} code
 */
export function inHalves(code) {
  return `${code.slice(0, LENGTH / 2)} ${code.slice(LENGTH / 2)}`;
}

/**
 * @param {Crypto} crypto
 * @param {Task} task
 * @param {number} minute
 * @param {number} noise
 */
async function visitId(crypto, task, minute, noise) {
  const hash = await digest(crypto, task, minute, noise);
  const head = (minute * MINUTE_MS).toString(16).padStart(12, '0');
  const variant = (0x8 | (Number.parseInt(hash[0], 16) & 0x3)).toString(16);
  const digits = `${head}7${noise.toString(16).padStart(3, '0')}${variant}${hash.slice(1, 16)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * @param {Crypto} crypto
 * @param {Task} task
 * @param {number} minute
 * @param {number} noise
 */
function digest(crypto, { round, assignment }, minute, noise) {
  return crypto.sha256(`fieldcheck-visit|${round}|${assignment}|${minute}|${noise}`);
}

/** @param {string} hash */
function checkOf(hash) {
  return Number.parseInt(hash.slice(16, 20), 16) % CHECKS;
}
