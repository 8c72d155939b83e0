/**
 * Drawing the village (抽村) on the spot, without a network, so that an auditor can draw the same again. The server's half
 * is fieldcheck/rules/village_draw.py; both run tests/rules/village_draw_cases.json. Pure.
 */

/** @typedef {(text: string) => Promise<string>} Sha256 */

/** Why a team goes to another village than the drawn one. */
export const REASONS = /** @type {const} */ (['road', 'flood', 'weather', 'safety', 'recusal', 'empty']);

/**
 * The ids of the villages in the order in which they are gone to.
 * @param {string} seed
 * @param {string[]} villages
 * @param {Sha256} sha256
 */
export async function villagesDrawn(seed, villages, sha256) {
  const keyed = await Promise.all(villages.map(async (village) => ({ village, key: await sha256(`${seed}|${village}`) })));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ village }) => village);
}
