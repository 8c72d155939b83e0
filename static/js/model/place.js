/**
 * Where a fix stands against an outline, as the server will see it: the place test (定位) of docs/inspection-rules.md
 * §5.4, widened by the outline's own error. For words on the phone only; the server decides from the fixes.
 */

/** How far outside a line still counts as at the border, where a round names no other distance. */
const BORDER_METRES = 300;
const RADIANS = Math.PI / 180;
const EQUATOR_RADIUS = 6378137;
const FLATTENING = 1 / 298.257223563;
const E2 = FLATTENING * (2 - FLATTENING);

/**
 * @typedef {{type: string, coordinates: any}} Geometry GeoJSON Polygon or MultiPolygon, EPSG:4326
 * @typedef {{lon: number, lat: number}} Point
 */

/**
 * The signed distance in metres from a point to the edge of an area, inside positive; null without an outline.
 * @param {Geometry | null | undefined} area
 * @param {Point} point
 * @returns {number | null}
 */
export function signedDistance(area, point) {
  const rings = ringsOf(area);
  if (rings.length === 0) return null;
  const [east, north] = metresPerDegree(point.lat);
  let inside = false;
  let nearest = Infinity;
  for (const ring of rings) {
    for (let at = 1; at < ring.length; at += 1) {
      const [ax, ay] = [(ring[at - 1][0] - point.lon) * east, (ring[at - 1][1] - point.lat) * north];
      const [bx, by] = [(ring[at][0] - point.lon) * east, (ring[at][1] - point.lat) * north];
      if (ay > 0 !== by > 0 && ax + (ay / (ay - by)) * (bx - ax) > 0) inside = !inside;
      nearest = Math.min(nearest, toOrigin(ax, ay, bx, by));
    }
  }
  return inside ? nearest : -nearest;
}

/**
 * inside, border or outside, as the server classes one fix; null without an outline.
 * @param {number | null} distance signed, metres
 * @param {number} acc accuracy of the fix, metres
 * @param {number} boundaryError what the outline may be wrong by, metres
 * @param {number} [border] metres
 * @returns {'inside' | 'border' | 'outside' | null}
 */
export function placeClass(distance, acc, boundaryError, border = BORDER_METRES) {
  if (distance === null) return null;
  if (distance >= acc + boundaryError) return 'inside';
  return distance >= -(border + boundaryError) ? 'border' : 'outside';
}

/**
 * Where a whole visit was, by its usable fixes: enough of them inside and at most a fifth outside, else enough at the border.
 * Outlines of the neighbours, which the server looks at too where lines are rough, are not on the phone.
 * @param {{acc: number, lon?: number, lat?: number}[]} fixes  of an ended visit without lon and lat
 * @param {Geometry | null | undefined} area
 * @param {number} boundaryError metres
 * @param {{accuracy: number, outsideShare: number, border: number, fixes: number}} limits  largest usable acc and width of
 *   the border in metres, largest share outside, how many fixes it takes
 * @returns {'inside' | 'border' | 'outside' | 'nofix' | 'nopolygon'}
 */
export function visitPlace(fixes, area, boundaryError, { accuracy, outsideShare, border, fixes: enough }) {
  const usable = fixes.filter((one) => one.acc <= accuracy);
  if (usable.length < enough) return 'nofix';
  if (ringsOf(area).length === 0) return 'nopolygon';
  const placed = usable.flatMap(({ lon, lat, acc }) => (lon === undefined || lat === undefined
    ? [] : [placeClass(signedDistance(area, { lon, lat }), acc, boundaryError, border)]));
  const inside = placed.filter((one) => one === 'inside').length;
  const outside = placed.filter((one) => one === 'outside').length;
  const forgotten = usable.length - placed.length;
  if (outside > outsideShare * usable.length) return 'outside';
  if (inside + forgotten >= enough) return 'inside';
  return placed.length + forgotten - outside >= enough ? 'border' : 'outside';
}

/**
 * A point inside an area: the middle of the widest stretch on its middle latitude. For demonstrations (演示) alone.
 * @param {Geometry | null | undefined} area
 * @returns {Point | null}
 */
export function pointInside(area) {
  const rings = ringsOf(area);
  const latitudes = rings.flat().map((corner) => corner[1]);
  const lat = (Math.min(...latitudes) + Math.max(...latitudes)) / 2;
  const crossings = rings.flatMap((ring) => ring.slice(1).flatMap(([x, y], at) => {
    const [px, py] = ring[at];
    return py > lat === y > lat ? [] : [px + ((lat - py) / (y - py)) * (x - px)];
  })).sort((a, b) => a - b);
  /** @type {{lon: number, lat: number, width: number} | null} */
  let widest = null;
  for (let at = 1; at < crossings.length; at += 2) {
    const width = crossings[at] - crossings[at - 1];
    if (!widest || width > widest.width) widest = { lon: (crossings[at] + crossings[at - 1]) / 2, lat, width };
  }
  return widest && { lon: widest.lon, lat: widest.lat };
}

/**
 * Metres in one degree of longitude and of latitude here, from the radii of WGS-84.
 * @param {number} latitude degrees
 * @returns {[number, number]}
 */
function metresPerDegree(latitude) {
  const sine = Math.sin(latitude * RADIANS);
  const bend = 1 - E2 * sine * sine;
  const across = EQUATOR_RADIUS / Math.sqrt(bend);
  return [across * Math.cos(latitude * RADIANS) * RADIANS, ((across * (1 - E2)) / bend) * RADIANS];
}

/**
 * @param {Geometry | null | undefined} area
 * @returns {number[][][]}
 */
function ringsOf(area) {
  if (area?.type === 'Polygon') return area.coordinates;
  return area?.type === 'MultiPolygon' ? area.coordinates.flat() : [];
}

/**
 * From the origin to a segment.
 * @param {number} ax
 * @param {number} ay
 * @param {number} bx
 * @param {number} by
 */
function toOrigin(ax, ay, bx, by) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length));
  return Math.hypot(ax + along * dx, ay + along * dy);
}
