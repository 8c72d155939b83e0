/** The companion (同行人) is confirmed by an own short code, typed on this phone and checked without a network. */

/** @import { Crypto } from './ports.js' */
/** @import { Visit } from './visit.js' */

/** @typedef {{id: string, name: string, code_salt?: string | null, code_check?: string | null, code_rounds?: number | null}} Member */

/** Eight characters of the alphabet of invitations, or six digits as an earlier server made them. */
const CODE = /^(?:[2-9A-HJ-NP-Z]{8}|\d{6})$/;
/** Of a pack that does not say. */
const OLD_ROUNDS = 100_000;

/**
 * A typed code as it is reckoned with, or null while it is not one; small letters, full-width ones and spaces are what
 * people type.
 * @param {string} typed
 * @returns {string | null}
 */
export function tidyCompanionCode(typed) {
  const code = typed.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
  return CODE.test(code) ? code : null;
}

/**
 * Those of the assignment who can still be confirmed: not the phone's own inspector, not confirmed, with a code.
 * @param {Member[]} members
 * @param {string} own account of the phone's inspector
 * @param {Visit} visit
 * @returns {Member[]}
 */
export function possibleCompanions(members, own, visit) {
  return members.filter((one) => one.id !== own && one.code_check && one.code_salt && !visit.companions.includes(one.id));
}

/**
 * The proof that a member's own code was typed for this visit, or null where it is another's.
 * @param {Crypto} crypto
 * @param {Member} member
 * @param {string} code
 * @param {string} visit
 * @returns {Promise<string | null>}
 */
export async function companionProof(crypto, member, code, visit) {
  const key = await crypto.codeKey(code, member.code_salt ?? '', member.code_rounds ?? OLD_ROUNDS);
  if ((await crypto.sha256(key)) !== member.code_check) return null;
  return crypto.hmac(key, `${visit}|${member.id}`);
}
