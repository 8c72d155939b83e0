/** The companion (同行人) is confirmed by an own short code, typed on this phone and checked without a network. */

/** @import { Crypto } from './ports.js' */
/** @import { Visit } from './visit.js' */

/** @typedef {{id: string, name: string, code_salt?: string | null, code_check?: string | null}} Member */

const CODE = /^\d{6}$/;

/**
 * A typed code as six plain digits, or null while it is not one; full-width digits and spaces are what people type.
 * @param {string} typed
 * @returns {string | null}
 */
export function tidyDigits(typed) {
  const code = typed.normalize('NFKC').replace(/[\s-]/g, '');
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
  const key = await crypto.codeKey(code, member.code_salt ?? '');
  if ((await crypto.sha256(key)) !== member.code_check) return null;
  return crypto.hmac(key, `${visit}|${member.id}`);
}
