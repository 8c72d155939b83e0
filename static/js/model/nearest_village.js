/** Which village of the task is nearest to the phone: a suggestion in words, never a choice made for anybody. Pure. */

import { geodesic } from './geodesic.js';

/** @import { Point } from './place.js' */

/** What lies further away than this is no village that somebody stands in. */
export const NEAR_M = 5000;

/**
 * Null without a position, or where no village with a known place is near. A place learned from visits goes before the
 * register's; `error_m` is null for the latter.
 * @template {{id: string, lon?: number | null, lat?: number | null}} Village
 * @param {Village[]} villages
 * @param {{village: string, lon: number, lat: number, error_m: number}[]} learned
 * @param {Point | null} here
 * @returns {{village: Village, metres: number, error_m: number | null} | null}
 */
export function nearestVillage(villages, learned, here) {
  if (!here) return null;
  const found = villages.flatMap((village) => {
    const place = placeOf(village, learned);
    const way = place && geodesic(here, place);
    return place && way ? [{ village, metres: way.metres, error_m: place.error_m }] : [];
  });
  found.sort((one, other) => one.metres - other.metres || (one.village.id < other.village.id ? -1 : 1));
  return found[0] && found[0].metres <= NEAR_M ? found[0] : null;
}

/**
 * Where a village is, as far as anybody knows.
 * @param {{id: string, lon?: number | null, lat?: number | null}} village
 * @param {{village: string, lon: number, lat: number, error_m: number}[]} learned
 */
export function placeOf({ id, lon, lat }, learned) {
  const known = learned.find((one) => one.village === id);
  if (known) return known;
  return typeof lon === 'number' && typeof lat === 'number' ? { lon, lat, error_m: null } : null;
}
