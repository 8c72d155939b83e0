/**
 * The code (解锁口令) by which a phone without a network opens its task: twenty digits, read out by telephone. What it is
 * worth stands in fieldcheck/rules/unlock_code.py; both run tests/rules/unlock_code_cases.json. Pure.
 */

export const DIGITS = 20;
/** Damm's quasigroup of order ten: the row is what was read so far, the column the next digit. */
const DAMM = ['0317598642', '7092154863', '4206871359', '1750983426', '6123045978',
  '3674209581', '5869720134', '8945362017', '9438617205', '2581436790'];

/**
 * The twenty digits of what was typed, in whatever groups, or null where they can be no code.
 * @param {string} typed
 */
export function tidyUnlockCode(typed) {
  const digits = typed.replace(/[^0-9]/g, '');
  return digits.length === DIGITS && check(digits) === '0' ? digits : null;
}

/**
 * How many digits are still to come.
 * @param {string} typed
 */
export function digitsMissing(typed) {
  return DIGITS - typed.replace(/[^0-9]/g, '').length;
}

/** @param {string} digits */
function check(digits) {
  return [...digits].reduce((row, digit) => DAMM[Number(row)][Number(digit)], '0');
}
