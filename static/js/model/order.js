/** An order of the office to one phone (`fc-order`). Pure; `sync/order.py` replays the same cases. docs/protocol.md §4.4. */

export const ORDER_TYPE = 'fc-order';
const WIPE = 'wipe';

/**
 * Whether this device must obey verified claims: its own, known, and for the first time.
 * @param {Record<string, any>} claims
 * @param {string} device
 * @param {string[]} heard  orders that it has obeyed
 */
export function obeys({ order, act, device: named }, device, heard) {
  return typeof order === 'string' && act === WIPE && named === device && !heard.includes(order);
}
