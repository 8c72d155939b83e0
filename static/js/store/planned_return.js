/** The planned return that was said on this phone, and whether the server has heard it. */

import { readSetting, writeSetting } from './settings.js';

/** @import { PlannedReturn, Said } from '../model/planned_return.js' */

const NAME = 'planned_return';

/** @returns {Promise<Said | null>} */
export async function readReturn() {
  return (await readSetting(NAME)) ?? null;
}

/**
 * Says when one means to be back, or with null that one is.
 * @param {PlannedReturn | null} plan
 */
export async function sayReturn(plan) {
  await writeSetting(NAME, { plan, told: false });
}

/**
 * The server has heard this; what was said meanwhile it has not.
 * @param {PlannedReturn | null} plan
 */
export async function returnTold(plan) {
  const said = await readReturn();
  if (said && said.plan?.at === plan?.at) await writeSetting(NAME, { ...said, told: true });
}
