/**
 * A planned return (计划返回) of today, said of one's own accord. Source: docs/inspection-rules.md §6, docs/protocol.md §5.8.
 *
 * @typedef {{at: number, unit: string | null}} PlannedReturn  `at` in ms since 1970; at most a township, never a position
 * @typedef {{plan: PlannedReturn | null, told: boolean}} Said  what was said last, and whether the server has heard it
 */

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
/** The server forgets at the same hour of the next day (fieldcheck/rules/planned_return.py). */
const FORGOTTEN_HOUR = 12;

/**
 * That time of today, or null where it is none or has passed.
 * @param {string} time  hours and minutes, as a time field gives them
 * @param {number} now
 */
export function laterToday(time, now) {
  const found = TIME.exec(time);
  if (!found) return null;
  const at = new Date(now).setHours(Number(found[1]), Number(found[2]), 0, 0);
  return at > now ? at : null;
}

/**
 * What is still to be reported of it; the next day at noon nothing is.
 * @param {Said | null | undefined} said
 * @param {number} now
 * @returns {PlannedReturn | null}
 */
export function standing(said, now) {
  if (!said?.plan) return null;
  const forgotten = new Date(said.plan.at);
  forgotten.setDate(forgotten.getDate() + 1);
  return now < forgotten.setHours(FORGOTTEN_HOUR, 0, 0, 0) ? said.plan : null;
}
