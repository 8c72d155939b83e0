/** A township's mark and name on the canvas map; it shrinks with the township and goes where there is no room. */

import { CircleMarker, latLng, point } from 'leaflet';
import { drawDoubt, drawMark } from './marks.js';

/**
 * @typedef {import('./coverage.js').Township} Township
 * @typedef {import('./marks.js').Palette} Palette
 * @typedef {{_map: import('leaflet').Map, _point: import('leaflet').Point, _radius: number, _updateBounds: () => void,
 *   _renderer: {_ctx: CanvasRenderingContext2D, _drawing: boolean}}} Inner what Leaflet keeps for its own paths
 */

const LARGEST_PX = 8;
const SMALLEST_PX = 3;
const NAME_PX = 12;

export class MarkLayer extends CircleMarker {
  /**
   * @param {import('./geometry.js').Place} place
   * @param {import('leaflet').LatLngBounds} extent of the township
   * @param {Township} township
   * @param {Palette} colours
   * @param {import('leaflet').Renderer} renderer
   */
  constructor([lon, lat], extent, township, colours, renderer) {
    super(latLng(lat, lon), { renderer, interactive: false, radius: LARGEST_PX });
    this.extent = extent;
    this.township = township;
    this.colours = colours;
    this.room = point(0, 0);
  }

  /** Leaflet's hook: where the mark is on the screen at this zoom, and how much room the township has there. */
  _project() {
    const inner = /** @type {Inner} */ (/** @type {unknown} */ (this));
    const north = inner._map.latLngToLayerPoint(this.extent.getNorthWest());
    const south = inner._map.latLngToLayerPoint(this.extent.getSouthEast());
    const size = south.subtract(north);
    this.room = size;
    inner._point = inner._map.latLngToLayerPoint(this.getLatLng());
    inner._radius = Math.min(LARGEST_PX, Math.min(size.x, size.y) / 5);
    inner._updateBounds();
  }

  /** Leaflet's hook: draw. */
  _updatePath() {
    const inner = /** @type {Inner} */ (/** @type {unknown} */ (this));
    const r = inner._radius;
    if (!inner._renderer._drawing || r < SMALLEST_PX) return;
    const context = inner._renderer._ctx;
    const { status, flags } = this.township;
    drawMark(context, status, inner._point, r, this.colours.on[status]);
    if (flags.includes('compromised')) drawDoubt(context, inner._point, r, this.colours.alert);
    this.#drawName(context, inner._point.x, inner._point.y + r + NAME_PX);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} x
   * @param {number} y
   */
  #drawName(context, x, y) {
    context.save();
    context.font = `${NAME_PX}px ${getComputedStyle(document.body).fontFamily}`;
    const fits = context.measureText(this.township.name).width < this.room.x * 0.7 && this.room.y > 4 * NAME_PX;
    if (fits) {
      context.textAlign = 'center';
      context.lineJoin = 'round';
      context.lineWidth = 3;
      context.strokeStyle = this.colours.paper;
      context.fillStyle = this.colours.ink;
      context.strokeText(this.township.name, x, y);
      context.fillText(this.township.name, x, y);
    }
    context.restore();
  }
}
