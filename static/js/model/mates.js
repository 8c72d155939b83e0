/** The other phones of a visit, as far as this one has heard of them at its last sync. Pure. */

/** @import { Visit } from './visit.js' */

/**
 * @typedef {{device: string, inspector: string | null, name: string, seq: number, hash: string, households: number}} Mate
 * @typedef {{visit: string, sealed_at: string | null, phones: Mate[]}} SharedVisit  as the pack tells it
 */

/** Households of a joined phone are numbered from a hundred of its own, so that no number stands twice. */
const NUMBERS_EACH = 100;

/**
 * The other phones of a visit.
 * @param {SharedVisit[] | undefined} shared
 * @param {string} visit
 * @param {string} own this phone
 * @returns {Mate[]}
 */
export function matesOf(shared, visit, own) {
  return shared?.find((one) => one.visit === visit)?.phones.filter(({ device }) => device !== own) ?? [];
}

/**
 * The visit with those who are confirmed by phones of their own.
 * @param {Visit} visit
 * @param {Mate[]} mates
 * @param {string} own account of this phone's inspector
 * @returns {Visit}
 */
export function withMates(visit, mates, own) {
  const others = mates.map(({ inspector }) => inspector).filter((one) => one !== null && one !== own);
  return { ...visit, companions: [...new Set([...visit.companions, .../** @type {string[]} */ (others)])] };
}

/**
 * The last lines of the other phones that this one knows of, for the seal.
 * @param {Mate[]} mates
 */
export function headsOf(mates) {
  return mates.map(({ device, seq, hash }) => ({ device, seq, hash }));
}

/**
 * Where the household numbers of a joined phone begin: all phones of an assignment know its members alike.
 * @param {string[] | undefined} members accounts of the assignment
 * @param {string} own account of this phone's inspector
 */
export function firstNumber(members, own) {
  return NUMBERS_EACH * (Math.max(0, [...(members ?? [])].sort().indexOf(own)) + 1) + 1;
}
