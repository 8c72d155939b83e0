/** What is drawn upon the townships of the canvas map: their marks, and names where there is room for them. */

import { CircleMarker, latLng } from 'leaflet';
import { apart } from './geometry.js';
import { drawDoubt, drawMark } from './marks.js';

/**
 * @typedef {import('./coverage.js').Township} Township
 * @typedef {import('./marks.js').Palette} Palette
 * @typedef {import('./geometry.js').Place} Place
 * @typedef {import('leaflet').Renderer} Renderer
 * @typedef {{_map: import('leaflet').Map, _point: import('leaflet').Point, _radius: number, _updateBounds: () => void,
 *   _renderer: {_ctx: CanvasRenderingContext2D, _drawing: boolean}}} Inner what Leaflet keeps for its own paths
 */

const LARGEST_PX = 8;
const SMALLEST_PX = 3;
const NAME_PX = 13;
const LATIN_PX = 12;
/** How far a county's name may have to give way to another. */
const GIVES_WAY_PX = 60;
/** From this zoom on townships have names; before it, counties. */
const TOWNSHIP_NAMES_ZOOM = 9.5;

/** A mark that shrinks with its township and goes where there is no room. */
export class MarkLayer extends CircleMarker {
  /**
   * @param {Place} place
   * @param {import('leaflet').LatLngBounds} extent of the township
   * @param {Township} township
   * @param {Palette} colours
   * @param {Renderer} renderer
   */
  constructor([lon, lat], extent, township, colours, renderer) {
    super(latLng(lat, lon), { renderer, interactive: false, radius: LARGEST_PX });
    this.extent = extent;
    this.township = township;
    this.colours = colours;
  }

  /** Leaflet's hook: where the mark is on the screen at this zoom, and how large it may be. */
  _project() {
    const inner = innerOf(this);
    const north = inner._map.latLngToLayerPoint(this.extent.getNorthWest());
    const size = inner._map.latLngToLayerPoint(this.extent.getSouthEast()).subtract(north);
    inner._point = inner._map.latLngToLayerPoint(this.getLatLng());
    inner._radius = Math.min(LARGEST_PX, Math.min(size.x, size.y) / 5);
    inner._updateBounds();
  }

  /** Leaflet's hook: draw. */
  _updatePath() {
    const inner = innerOf(this);
    if (!inner._renderer._drawing || inner._radius < SMALLEST_PX) return;
    const { status, flags } = this.township;
    drawMark(inner._renderer._ctx, status, inner._point, inner._radius, this.colours.on[status]);
    if (flags.includes('compromised')) drawDoubt(inner._renderer._ctx, inner._point, inner._radius, this.colours.alert);
  }
}

/** A name with a rim of paper around it: a township's where its area has room for it, a county's as long as none has. */
export class NameLayer extends CircleMarker {
  /**
   * @param {Place} place
   * @param {string[]} lines the name, and under it the name in Latin letters for whoever reads those
   * @param {import('leaflet').LatLngBounds | null} extent of the township; `null` for a county
   * @param {Palette} colours
   * @param {Renderer} renderer
   */
  constructor([lon, lat], lines, extent, colours, renderer) {
    const width = Math.max(...lines.map(widthOf));
    // The circle is what Leaflet draws anew as one piece, so it holds a name that gave way, too.
    super(latLng(lat, lon), { renderer, interactive: false, radius: width / 2 + (extent ? 0 : GIVES_WAY_PX) });
    this.lines = lines;
    this.width = width;
    this.extent = extent;
    this.colours = colours;
    /** @type {readonly NameLayer[]} the counties' names, this one among them, of which none lies upon another */
    this.counties = [];
  }

  /** Leaflet's hook: draw, if there is room at this zoom. */
  _updatePath() {
    const inner = innerOf(this);
    if (!inner._renderer._drawing || !this.#fits(inner._map)) return;
    const context = inner._renderer._ctx;
    const { x } = inner._point;
    const y = this.#level(inner);
    const below = this.extent ? LARGEST_PX + NAME_PX : NAME_PX / 2;
    context.save();
    const family = getComputedStyle(document.body).fontFamily;
    context.textAlign = 'center';
    context.lineJoin = 'round';
    context.lineWidth = 4;
    context.strokeStyle = this.colours.paper;
    context.fillStyle = this.colours.ink;
    this.lines.forEach((line, at) => {
      context.font = `${this.extent || at ? '' : '600 '}${at ? LATIN_PX : NAME_PX}px ${family}`;
      context.strokeText(line, x, y + below + at * LATIN_PX);
      context.fillText(line, x, y + below + at * LATIN_PX);
    });
    context.restore();
  }

  /** @param {Inner} inner */
  #level({ _map, _point }) {
    if (this.counties.length === 0) return _point.y;
    const names = this.counties.map((one) => {
      const { x, y } = _map.latLngToLayerPoint(one.getLatLng());
      return { x, y, width: one.width, height: one.lines.length * LATIN_PX + NAME_PX / 2 };
    });
    return apart(names)[this.counties.indexOf(this)];
  }

  /** @param {import('leaflet').Map} map */
  #fits(map) {
    const near = map.getZoom() >= TOWNSHIP_NAMES_ZOOM;
    if (!this.extent) return !near;
    const corner = map.latLngToLayerPoint(this.extent.getNorthWest());
    const room = map.latLngToLayerPoint(this.extent.getSouthEast()).subtract(corner);
    return near && room.x > this.width && room.y > (2 + this.lines.length) * NAME_PX;
  }
}

/**
 * About how many pixels a line takes: Chinese characters are square, Latin letters half as wide.
 * @param {string} line
 */
function widthOf(line) {
  return [...line].reduce((width, letter) => width + (letter > '\u2e80' ? NAME_PX : LATIN_PX / 2), 0);
}

/**
 * @param {CircleMarker} layer
 * @returns {Inner}
 */
function innerOf(layer) {
  return /** @type {Inner} */ (/** @type {unknown} */ (layer));
}
