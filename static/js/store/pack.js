/** The pack: what the phone needs for the day. Checklists are kept by version: a draft stays on the one it began with. */

import { reading, writing } from './database.js';
import { conceal, LOCK, revealOnce } from './vault.js';

/** @import { Checklist } from '../model/checklist.js' */
/** @import { Member } from '../model/companion.js' */
/** @import { SharedVisit } from '../model/mates.js' */
/** @import { Geometry } from '../model/place.js' */
/** @import { Place } from '../model/visit.js' */
/** @import { Vault } from './vault.js' */

/**
 * @typedef {{id: string, name: string, latin?: string | null, lon?: number | null, lat?: number | null}} Settlement  a
 *   village (村); a pack of an earlier server says of none where it lies
 *
 * @typedef {object} Assignment
 * @property {string} assignment
 * @property {string} unit
 * @property {string} unit_name
 * @property {string | null} [unit_latin]  names in machine pinyin; a pack of an earlier server has none
 * @property {string} county_name
 * @property {string | null} [county_latin]
 * @property {string | null} village
 * @property {string | null} village_name
 * @property {string | null} [village_latin]
 * @property {string[]} [members]  accounts
 * @property {'A' | 'B'} team
 * @property {string} reveal_at
 * @property {Geometry | null} outline
 * @property {number} boundary_error_m
 * @property {Settlement[]} villages
 * @property {string} [village_seed]  the village is drawn with it; a pack of an earlier server has none
 *
 * @typedef {{unit: string, name: string, latin: string | null, county_name: string, boundary_error_m: number,
 *   status: 'covered' | 'visited_unverified' | 'unvisited' | 'excluded', outline: Geometry | null}} MapTownship
 *   `status` by the own team's visits alone
 *
 * @typedef {{visit: string, state: 'accepted' | 'returned' | 'rejected', line: string, fix: string[], note: string, at: string}} Result
 *   `line`: hash of the desk's line; `fix`: codes of what to mend
 *
 * @typedef {{reveal_at: string, batch?: string, sealed?: string}} Hidden  there is a task; `sealed` opens by a code
 *
 * @typedef {object} Pack
 * @property {string} cursor
 * @property {{id: string, name: string, ends: string} | null} round
 * @property {Assignment[]} assignments
 * @property {Hidden[]} hidden
 * @property {Member[]} [members]
 * @property {Result[]} [results]  what the office decided about visits of this team
 * @property {SharedVisit[]} [visits]  undecided visits that this phone and others record
 * @property {MapTownship[]} [townships]  those of the assignments, those beside them, those that this team has visited
 * @property {{village: string, lon: number, lat: number, error_m: number, visits: number}[]} [learned]  where villages are,
 *   by accepted visits of this team
 * @property {{name: string, lon: number, lat: number} | null} [known_point]  where phones are tested
 * @property {Checklist} checklist
 * @property {Record<string, any>} params
 */

const PACK = 'pack';

/**
 * The names of an assignment's place, as a visit keeps them for its reader.
 * @param {Assignment} task
 * @param {Settlement | null} [chosen]  the village, where the team chose it
 * @returns {Place}
 */
export function placeOfTask(task, chosen = null) {
  const village = chosen ?? { name: task.village_name, latin: task.village_latin };
  return {
    unit_name: task.unit_name, unit_latin: task.unit_latin ?? null, county_name: task.county_name,
    village_name: village.name, village_latin: village.latin ?? null,
  };
}

/**
 * @returns {Promise<{pack: Pack, etag: string | null} | undefined>}
 */
export async function readPack() {
  const kept = await reading(['settings'], (tx) => tx.objectStore('settings').get(PACK));
  return kept && { ...kept, pack: await revealOnce(kept.pack, PACK) };
}

/**
 * @param {{pack: Pack, etag: string | null}} given
 * @param {Vault} [by]
 */
export async function packRow({ pack, etag }, by) {
  return { pack: await conceal(pack, PACK, by), etag };
}

/**
 * @param {Checklist} checklist
 * @param {Vault} [by]
 */
export async function checklistRow(checklist, by) {
  const body = await conceal(checklist, `checklist ${checklist.version}`, by);
  return body === checklist ? checklist : { version: checklist.version, body };
}

/**
 * @param {Pack} pack
 * @param {string | null} etag
 */
export async function writePack(pack, etag) {
  const row = await packRow({ pack, etag });
  const checklist = pack.checklist && (await checklistRow(pack.checklist));
  await writing(['settings', 'checklists', LOCK], async (tx) => {
    tx.put('settings', row, PACK);
    if (checklist) tx.put('checklists', checklist);
    // A shut phone cannot read the pack, and must know this of it.
    const lock = await tx.get(LOCK, LOCK);
    if (lock) tx.put(LOCK, { ...lock, wipe_after: pack.params?.wipe_after_tries ?? 0 }, LOCK);
  });
}

/**
 * A task that was opened by its code stands among the revealed ones, until the server's own word of it comes.
 * @param {string} batch
 * @param {Assignment} task
 */
export async function keepOpened(batch, task) {
  const kept = await readPack();
  if (!kept) return;
  const { pack, etag } = kept;
  const others = pack.assignments.filter((one) => one.assignment !== task.assignment);
  await writePack({ ...pack, assignments: [...others, task], hidden: pack.hidden.filter((one) => one.batch !== batch) }, etag);
}

/**
 * @param {string} version
 * @returns {Promise<Checklist | undefined>}
 */
export async function readChecklist(version) {
  return (await keptChecklists())(version);
}

/**
 * Asked for before it is known which version is wanted: there are few, and a slow phone waits for each question.
 * @returns {Promise<(version: string) => Promise<Checklist | undefined>>}
 */
export async function keptChecklists() {
  const rows = await reading(['checklists'], (tx) => tx.objectStore('checklists').getAll());
  return async (version) => {
    const row = rows.find((one) => one.version === version);
    return row && 'body' in row ? revealOnce(row.body, `checklist ${version}`) : row;
  };
}
