/**
 * How far and which way to another place, on the WGS-84 ellipsoid (Vincenty 1975, inverse). Held against geographiclib
 * by `tests/rules/geodesic_cases.json`. Pure.
 */

/** @import { Point } from './place.js' */

const RADIANS = Math.PI / 180;
const A = 6378137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
/** The series converges in a handful; between nearly opposite places of the earth it never would. */
const ROUNDS_MOST = 50;
/** The eight winds from north, clockwise: the parts of the text keys `wind.…`. */
export const WINDS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'];

/**
 * Metres along the surface and degrees clockwise from true north at the start, 0 ≤ bearing < 360; a bearing of 0 where
 * the two are one. Null for what is no place and between nearly opposite places, where nothing in the field is.
 * @param {Point} from
 * @param {Point} to
 * @returns {{metres: number, bearing: number} | null}
 */
export function geodesic(from, to) {
  if (![from.lon, from.lat, to.lon, to.lat].every(Number.isFinite)) return null;
  const lon = (to.lon - from.lon) * RADIANS;
  const [u1, u2] = [from, to].map(({ lat }) => Math.atan((1 - F) * Math.tan(lat * RADIANS)));
  const [sin1, cos1, sin2, cos2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = lon;
  for (let round = 0; round < ROUNDS_MOST; round += 1) {
    const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
    const sinS = Math.hypot(cos2 * sinL, cos1 * sin2 - sin1 * cos2 * cosL);
    if (sinS === 0) return { metres: 0, bearing: 0 };
    const cosS = sin1 * sin2 + cos1 * cos2 * cosL;
    const sigma = Math.atan2(sinS, cosS);
    const sinA = (cos1 * cos2 * sinL) / sinS;
    const cos2A = 1 - sinA * sinA;
    // Along the equator the middle has no latitude.
    const cosM = cos2A === 0 ? 0 : cosS - (2 * sin1 * sin2) / cos2A;
    const c = (F / 16) * cos2A * (4 + F * (4 - 3 * cos2A));
    const before = lambda;
    lambda = lon + (1 - c) * F * sinA * (sigma + c * sinS * (cosM + c * cosS * (2 * cosM * cosM - 1)));
    if (Math.abs(lambda - before) < 1e-12) {
      const bearing = Math.atan2(cos2 * sinL, cos1 * sin2 - sin1 * cos2 * cosL) / RADIANS;
      return { metres: length({ sinS, cosS, sigma, cos2A, cosM }), bearing: (bearing + 360) % 360 };
    }
  }
  return null;
}

/**
 * The wind that a bearing lies nearest to.
 * @param {number} bearing degrees
 */
export function windOf(bearing) {
  return WINDS[Math.round(bearing / 45) % 8];
}

/** @param {{sinS: number, cosS: number, sigma: number, cos2A: number, cosM: number}} arc */
function length({ sinS, cosS, sigma, cos2A, cosM }) {
  const u2 = (cos2A * (A * A - B * B)) / (B * B);
  const a = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
  const b = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
  const m2 = cosM * cosM;
  const more = b * sinS * (cosM + (b / 4) * (cosS * (2 * m2 - 1) - (b / 6) * cosM * (4 * sinS * sinS - 3) * (4 * m2 - 3)));
  return B * a * (sigma - more);
}
