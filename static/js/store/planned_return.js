/** The planned return that was said on this phone, and whether the server has heard it. */

import { readSetting, writeSetting } from './settings.js';
import { conceal, reveal } from './vault.js';

/** @import { PlannedReturn, Said } from '../model/planned_return.js' */
/** @import { Vault } from './vault.js' */

const NAME = 'planned_return';

/** @returns {Promise<Said | null>} */
export async function readReturn() {
  const kept = await readSetting(NAME);
  return kept ? { ...kept, plan: await reveal(kept.plan, NAME) } : null;
}

/**
 * What is written of it: the township is nobody's business.
 * @param {Said} said
 * @param {Vault} [by]
 */
export async function returnRow({ plan, told }, by) {
  return { plan: await conceal(plan, NAME, by), told };
}

/**
 * Says when one means to be back, or with null that one is.
 * @param {PlannedReturn | null} plan
 */
export async function sayReturn(plan) {
  await writeSetting(NAME, await returnRow({ plan, told: false }));
}

/**
 * The server has heard this; what was said meanwhile it has not.
 * @param {PlannedReturn | null} plan
 */
export async function returnTold(plan) {
  const said = await readReturn();
  if (said && said.plan?.at === plan?.at) await writeSetting(NAME, await returnRow({ ...said, told: true }));
}
