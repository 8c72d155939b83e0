/** Shapes of areas, in degrees: where a mark stands, and which lines part the counties. Pure. */

/**
 * @typedef {[number, number]} Place longitude, latitude (WGS-84)
 * @typedef {Place[]} Ring closed: the first place comes again as the last
 * @typedef {{type: 'Polygon', coordinates: Ring[]} | {type: 'MultiPolygon', coordinates: Ring[][]}} Area
 */

const GRID = 24;

/**
 * The polygons of an area, each as its rings: the outer one first, then its holes.
 * @param {Area} area
 * @returns {Ring[][]}
 */
export function polygonsOf(area) {
  return area.type === 'Polygon' ? [area.coordinates] : area.coordinates;
}

/**
 * A place well inside the largest polygon, where a mark is read as belonging to the area.
 * @param {Area} area
 * @returns {Place}
 */
export function markPlace(area) {
  const rings = polygonsOf(area).reduce((one, other) => (ringArea(other[0]) > ringArea(one[0]) ? other : one));
  const [west, south, east, north] = boxOf(rings[0]);
  const squeeze = Math.cos(((south + north) / 2) * Math.PI / 180);
  /** @type {Place} */
  let best = rings[0][0];
  let clearance = 0;
  for (let i = 1; i < GRID; i += 1) {
    for (let j = 1; j < GRID; j += 1) {
      /** @type {Place} */
      const place = [west + ((east - west) * i) / GRID, south + ((north - south) * j) / GRID];
      const room = inside(rings, place) ? Math.min(...rings.map((ring) => distance(ring, place, squeeze))) : 0;
      if (room > clearance) [best, clearance] = [place, room];
    }
  }
  return best;
}

/**
 * The middle of places.
 * @param {readonly Place[]} places
 * @returns {Place}
 */
export function middleOf(places) {
  const [lon, lat] = places.reduce(([x, y], [lonOf, latOf]) => [x + lonOf, y + latOf], [0, 0]);
  return [lon / places.length, lat / places.length];
}

/**
 * West, south, east and north of a ring.
 * @param {Ring} ring
 * @returns {[number, number, number, number]}
 */
export function boxOf(ring) {
  const lons = ring.map((place) => place[0]);
  const lats = ring.map((place) => place[1]);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/**
 * The edges between counties and around the whole: those that only one township of a county has. Neighbours share
 * their edges exactly, because the outlines were simplified together.
 * @param {readonly {county: string, area: Area}[]} townships
 * @returns {[Place, Place][]}
 */
export function countyEdges(townships) {
  /** @type {Map<string, [Place, Place]>} */
  const edges = new Map();
  for (const { county, area } of townships) {
    for (const ring of polygonsOf(area).flat()) {
      for (let i = 1; i < ring.length; i += 1) {
        const key = edgeKey(county, ring[i - 1], ring[i]);
        if (!edges.delete(key)) edges.set(key, [ring[i - 1], ring[i]]);
      }
    }
  }
  return [...edges.values()];
}

/**
 * Names that would lie upon each other are moved up or down, each to the nearest place that is free; who comes first in the
 * order from north to south stays.
 * @param {readonly {x: number, y: number, width: number, height: number}[]} names pixels, `x` and `y` of the middle
 * @returns {number[]} the `y` of each, in the order given
 */
export function apart(names) {
  /** @type {typeof names[number][]} */
  const placed = [];
  const ys = names.map(({ y }) => y);
  const order = names.map((_, at) => at).sort((a, b) => names[a].y - names[b].y || a - b);
  for (const at of order) {
    const name = names[at];
    const beside = placed.filter((one) => Math.abs(one.x - name.x) < (one.width + name.width) / 2);
    const room = beside.map((one) => (one.height + name.height) / 2);
    const free = [name.y, ...beside.flatMap((one, i) => [one.y - room[i], one.y + room[i]])]
      .filter((y) => beside.every((one, i) => Math.abs(one.y - y) >= room[i] - 1e-9));
    ys[at] = free.reduce((best, y) => (Math.abs(y - name.y) < Math.abs(best - name.y) ? y : best));
    placed.push({ ...name, y: ys[at] });
  }
  return ys;
}

/**
 * @param {string} county
 * @param {Place} from
 * @param {Place} to
 */
function edgeKey(county, from, to) {
  const ends = [from.join(), to.join()].sort();
  return `${county} ${ends[0]} ${ends[1]}`;
}

/** @param {Ring} ring */
function ringArea(ring) {
  let sum = 0;
  for (let i = 1; i < ring.length; i += 1) sum += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
  return Math.abs(sum) / 2;
}

/**
 * @param {Ring[]} rings
 * @param {Place} place
 */
function inside(rings, [x, y]) {
  let odd = false;
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 1) {
      const [[x1, y1], [x2, y2]] = [ring[i - 1], ring[i]];
      if ((y1 > y) !== (y2 > y) && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
    }
  }
  return odd;
}

/**
 * Distance from a place to a ring, in degrees of latitude.
 * @param {Ring} ring
 * @param {Place} place
 * @param {number} squeeze how much shorter a degree of longitude is here
 */
function distance(ring, [x, y], squeeze) {
  let nearest = Infinity;
  for (let i = 1; i < ring.length; i += 1) {
    const [ax, ay] = [(ring[i - 1][0] - x) * squeeze, ring[i - 1][1] - y];
    const [bx, by] = [(ring[i][0] - x) * squeeze - ax, ring[i][1] - y - ay];
    const along = Math.max(0, Math.min(1, -(ax * bx + ay * by) / (bx * bx + by * by || 1)));
    nearest = Math.min(nearest, Math.hypot(ax + along * bx, ay + along * by));
  }
  return nearest;
}
