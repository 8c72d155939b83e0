/** What the test at the known point (定位校准) found about this phone's positions. It stands until the next test. */

import { readPack } from './pack.js';
import { readConcealedSetting } from './settings.js';

/** @import { Datum, Verdict } from '../model/datum.js' */

/** @typedef {{verdict: Verdict, metres: number, point: string, at: number}} DatumCheck  `metres`: how far off it was; `at` by the phone's clock */

/** The setting that a test's own save point writes. */
export const DATUM = 'datum';

/**
 * @returns {Promise<DatumCheck | undefined>}
 */
export function readDatumCheck() {
  return readConcealedSetting(DATUM);
}

/**
 * The frame that this phone's positions are in. Where the office has named no point to test at, what every browser
 * promises stands: WGS-84.
 * @returns {Promise<Datum>}
 */
export async function positionDatum() {
  const [check, kept] = await Promise.all([readDatumCheck(), readPack()]);
  return check?.verdict ?? (kept?.pack.known_point ? 'untested' : 'wgs84');
}
