/**
 * In which frame (坐标系) a phone gives positions: WGS-84, China's shifted GCJ-02, or one that nobody knows. Reckons as
 * `fieldcheck/rules/datum.py` does; both run `tests/rules/datum_cases.json`. Degrees, metres. Pure.
 */

/** @import { Point } from './place.js' */

/**
 * @typedef {'wgs84' | 'gcj02' | 'odd'} Verdict
 * @typedef {Verdict | 'untested'} Datum  what a fix says of itself; `untested`: the office named a known point, and this
 *   phone was not held against it
 * @typedef {{east: number, north: number, metres: number}} Shift
 */

const RADIANS = Math.PI / 180;
const WEST = 72.004;
const EAST = 137.8347;
const SOUTH = 0.8293;
const NORTH = 55.8271;
const KRASOVSKY_A = 6378245;
const KRASOVSKY_E2 = 0.00669342162296594323;
const WGS84_A = 6378137;
const WGS84_E2 = 0.0066943799901413165;
/** Each round shrinks the error a hundredfold; nothing that is handed in can make it go on. */
const ROUNDS_MOST = 12;
const CLOSE_DEGREES = 1e-9;
/** A phone outdoors stands within this of where it says: nearer is right, further is a shift. */
const AGREES_M = 100;
/** A sample that is less sure than this tells nothing of a shift. */
export const SURE_M = 50;

/**
 * The GCJ-02 degrees of a WGS-84 position; outside China's box the same degrees.
 * @param {Point} point
 * @returns {Point}
 */
export function gcj02Of({ lon, lat }) {
  return inBox(lon, lat) ? shifted(lon, lat) : { lon, lat };
}

/**
 * The WGS-84 degrees of a GCJ-02 position, within millimetres; outside China's box the same degrees. It ends whatever
 * it is given.
 * @param {Point} point
 * @returns {Point}
 */
export function wgs84OfGcj02({ lon, lat }) {
  if (!Number.isFinite(lon) || !Number.isFinite(lat) || !inBox(lon, lat, 0.01)) return { lon, lat };
  let [x, y] = [lon, lat];
  for (let round = 0; round < ROUNDS_MOST; round += 1) {
    const there = shifted(x, y);
    [x, y] = [x + lon - there.lon, y + lat - there.lat];
    if (Math.abs(lon - there.lon) < CLOSE_DEGREES && Math.abs(lat - there.lat) < CLOSE_DEGREES) break;
  }
  return inBox(x, y, CLOSE_DEGREES) ? { lon: x, lat: y } : { lon, lat };
}

/**
 * The vector between two places some kilometres apart at most.
 * @param {Point} from
 * @param {Point} to
 * @returns {Shift}
 */
export function shiftBetween(from, to) {
  const bend = 1 - WGS84_E2 * Math.sin(from.lat * RADIANS) ** 2;
  const across = WGS84_A / Math.sqrt(bend);
  const east = (to.lon - from.lon) * RADIANS * across * Math.cos(from.lat * RADIANS);
  const north = ((to.lat - from.lat) * RADIANS * across * (1 - WGS84_E2)) / bend;
  return { east, north, metres: Math.hypot(east, north) };
}

/**
 * The frame of a phone that stands at a known point and says it is elsewhere; `odd` is none that is known.
 * @param {Point} known
 * @param {Point} said
 * @returns {Verdict}
 */
export function verdict(known, said) {
  const shift = shiftBetween(known, said);
  const expected = shiftBetween(known, gcj02Of(known));
  if (shift.metres < AGREES_M) return 'wgs84';
  const off = Math.hypot(shift.east - expected.east, shift.north - expected.north);
  return expected.metres > 0 && off < AGREES_M ? 'gcj02' : 'odd';
}

/**
 * @param {number} lon
 * @param {number} lat
 * @param {number} [more] degrees
 */
function inBox(lon, lat, more = 0) {
  return lon >= WEST - more && lon <= EAST + more && lat >= SOUTH - more && lat <= NORTH + more;
}

/**
 * @param {number} lon
 * @param {number} lat
 * @returns {Point}
 */
function shifted(lon, lat) {
  const { PI, abs, sin, sqrt } = Math;
  const [x, y] = [lon - 105, lat - 35];
  const waves = ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3;
  const up = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    + ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3 + ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3;
  const right = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    + ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3 + ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3;
  const bend = 1 - KRASOVSKY_E2 * sin(lat * RADIANS) ** 2;
  const across = KRASOVSKY_A / sqrt(bend);
  return {
    lon: lon + right / (across * Math.cos(lat * RADIANS)) / RADIANS,
    lat: lat + (up * bend) / (across * (1 - KRASOVSKY_E2)) / RADIANS,
  };
}
