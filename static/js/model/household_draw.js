/**
 * Drawing households (抽户) from a frame (抽样框), so that an auditor can draw the same again. The server's half is
 * fieldcheck/rules/household_draw.py; both run tests/rules/household_draw_cases.json. Pure.
 * Source: docs/inspection-rules.md §2.2, docs/protocol.md §6.6.
 */

/** @import { Draw, Visit } from './visit.js' */

/** @typedef {(text: string) => Promise<string>} Sha256 */

export const ROWS_MOST = 2000;
export const DRAWN_MOST = 60;
export const WALK_HOUSES = 5;
/** By sight (目测点访): what looks worst or lies farthest finds problems and enters no rate, so two a visit are enough. */
export const SIGHT_MOST = 2;
const NOBODY = ['not_home', 'moved', 'not_found'];

/**
 * @param {number} n
 */
function walkStep(n) {
  return Math.max(1, Math.floor(n / WALK_HOUSES));
}

/**
 * A draw with its inputs and its rows, in the order in which they are asked.
 * @param {{visit: string, device: string, draw: number, frame: string, n: number}} given  `draw`: its number in the visit
 * @param {Sha256} sha256
 * @returns {Promise<Pick<Draw, 'draw' | 'frame' | 'n' | 'seed' | 'rows' | 'step'>>}
 */
export async function drawn({ visit, device, draw, frame, n }, sha256) {
  const seed = await sha256(`fieldcheck-draw/1|${visit}|${device}|${draw}`);
  if (frame === 'walk') return { draw, frame, n, seed, step: walkStep(n), rows: await walkRows(seed, n, sha256) };
  return { draw, frame, n, seed, step: null, rows: await listRows(seed, n, sha256) };
}

/**
 * The row to ask next: never one that was asked before. In place of a house on a walk comes the house beside it, in
 * place of a row the next row drawn. Null where all are used.
 * @param {Draw} draw
 * @param {{draw?: number | null, row?: number | null}[]} asked  households recorded or begun
 * @param {number | null} replaced the row that nobody could be asked in
 * @returns {number | null}
 */
export function nextRow({ draw, frame, n, rows }, asked, replaced) {
  const used = new Set(asked.filter((one) => one.draw === draw).map((one) => one.row));
  const free = (/** @type {number} */ row) => !used.has(row);
  if (frame !== 'walk') return rows.find(free) ?? null;
  const beside = Array.from({ length: n }, (_, at) => ((replaced ?? 0) + at) % n + 1).find(free) ?? null;
  return replaced === null ? rows.find(free) ?? beside : beside;
}

/**
 * How many households of a visit were found in which way; where nobody could be asked, another took the place.
 * @param {Visit} visit
 * @returns {Record<string, number>}
 */
export function foundBy({ households }) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const { selection, outcome } of households) {
    if (!NOBODY.includes(outcome)) counts[selection] = (counts[selection] ?? 0) + 1;
  }
  return counts;
}

/**
 * @param {string} seed
 * @param {number} n
 * @param {Sha256} sha256
 */
async function listRows(seed, n, sha256) {
  if (!isLength(n)) return [];
  const keyed = await Promise.all(Array.from({ length: n }, async (_, at) => ({ row: at + 1, key: await sha256(`${seed}|${at + 1}`) })));
  return keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).slice(0, DRAWN_MOST).map(({ row }) => row);
}

/**
 * @param {string} seed
 * @param {number} n
 * @param {Sha256} sha256
 */
async function walkRows(seed, n, sha256) {
  if (!isLength(n)) return [];
  const step = walkStep(n);
  const start = 1 + (Number.parseInt((await sha256(`${seed}|start`)).slice(0, 8), 16) % step);
  return Array.from({ length: Math.floor((n - start) / step) + 1 }, (_, at) => start + at * step);
}

/** @param {number} n */
export function isLength(n) {
  return Number.isInteger(n) && n >= 1 && n <= ROWS_MOST;
}
