/**
 * The phone's map (手机地图): the township and its neighbours as our own outlines, where the phone is and how sure that is,
 * the villages whose place is known. It never asks anybody for a tile, and everything that it shows stands beside it in words.
 */

import { Canvas, Circle, CircleMarker, LatLngBounds, LayerGroup, Map as LeafletMap, Polygon, Polyline, latLng } from 'leaflet';
import { boxOf, markPlace, polygonsOf } from './geometry.js';
import { MarkLayer, NameLayer } from './mark_layer.js';
import { palette } from './palette.js';

/** @import { Ground, Scene, Spot } from '../model/field_scene.js' */
/** @import { Area, Place } from './geometry.js' */
/** @import { Palette } from './marks.js' */

/** @typedef {NonNullable<Scene['here']>} Here */

const CLOSEST_ZOOM = 17;
/** Five kilometres across a phone: a border some way off is still seen. */
const NEAR_ZOOM = 13;

export class FieldMap {
  /** The township that was shown whole. @type {string | null} */
  #fitted = null;
  /** @type {Scene} */
  #scene = { grounds: [], spots: [], here: null, latin: false };
  #drawn = '';

  /** @param {HTMLElement} element */
  constructor(element) {
    this.renderer = new Canvas({ padding: 0.3 });
    this.map = new LeafletMap(element, {
      renderer: this.renderer, zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomAnimation: false,
      markerZoomAnimation: false, maxZoom: CLOSEST_ZOOM, center: [30, 112], zoom: 9,
    });
    this.layers = new LayerGroup().addTo(this.map);
  }

  /**
   * Draws a scene; the view stays where the reader has moved it.
   * @param {Scene} scene
   */
  show(scene) {
    const key = JSON.stringify([scene.here, scene.spots, scene.grounds.map(({ unit, status, own }) => [unit, status, own]), scene.latin, palette().ink]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#scene = scene;
    this.#draw(palette());
    const own = scene.grounds.find((one) => one.own)?.unit ?? null;
    if (this.#fitted === null || (own && own !== this.#fitted)) this.whole();
  }

  /** Shows the township whole, and the phone if it is near. */
  whole() {
    const { grounds, here } = this.#scene;
    const own = grounds.filter((one) => one.own);
    if (!own.length && !here) return;
    const bounds = boundsOf(own);
    if (here && (!own.length || bounds.pad(0.5).contains([here.lat, here.lon]))) bounds.extend([here.lat, here.lon]);
    this.#fitted = own[0]?.unit ?? null;
    this.map.fitBounds(bounds, { animate: false, padding: [12, 12] });
  }

  /** Goes to where the phone is. */
  toHere() {
    const { here } = this.#scene;
    if (here) this.map.setView([here.lat, here.lon], NEAR_ZOOM, { animate: false });
  }

  /** @param {1 | -1} step */
  zoom(step) {
    this.map.setZoom(this.map.getZoom() + step, { animate: false });
  }

  /** The screen is left: nothing of the map stays. */
  remove() {
    this.map.remove();
  }

  /** @param {Palette} colours */
  #draw(colours) {
    const { grounds, spots, here } = this.#scene;
    this.layers.clearLayers();
    for (const ground of grounds) this.#ground(ground, colours);
    for (const ground of grounds) this.#sign(ground, colours);
    if (here) this.#way(here, colours);
    for (const spot of spots) this.#spot(spot, colours);
    if (here) this.#here(here, colours);
  }

  /**
   * @param {Ground} ground
   * @param {Palette} colours
   */
  #ground({ outline, own, status }, colours) {
    const rings = polygonsOf(areaOf(outline)).map((rings) => rings.map((ring) => ring.map(latLngOf)));
    const done = status !== 'unvisited';
    this.#add(new Polygon(rings, {
      renderer: this.renderer, interactive: false, smoothFactor: 0, fillColor: colours.fill[status], fillOpacity: done || !own ? 1 : 0,
      color: own ? colours.accent : colours.line, weight: own ? 3 : 1 }));
  }

  /**
   * @param {Ground} ground
   * @param {Palette} colours
   */
  #sign(ground, colours) {
    const place = markPlace(areaOf(ground.outline));
    const extent = boundsOf([ground]);
    const { name, latin, status, unit } = ground;
    this.#add(new MarkLayer(place, extent, /** @type {any} */ ({ unit, name, status, flags: [] }), colours, this.renderer));
    this.#add(new NameLayer(place, this.#scene.latin && latin ? [name, latin] : [name], extent, colours, this.renderer));
  }

  /**
   * The straight way to the chosen village.
   * @param {Here} here
   * @param {Palette} colours
   */
  #way(here, colours) {
    for (const spot of this.#scene.spots.filter((one) => one.chosen)) {
      this.#add(new Polyline([[here.lat, here.lon], [spot.lat, spot.lon]], {
        renderer: this.renderer, interactive: false, color: colours.accent, weight: 2, dashArray: '6 6' }));
    }
  }

  /**
   * @param {Spot} spot
   * @param {Palette} colours
   */
  #spot({ lon, lat, chosen, name }, colours) {
    this.#add(new CircleMarker([lat, lon], {
      renderer: this.renderer, interactive: false, radius: chosen ? 7 : 4, color: colours.paper, weight: 2,
      fillColor: chosen ? colours.accent : colours.ink, fillOpacity: 1 }));
    if (chosen) this.#add(new NameLayer([lon, lat], [name], new LatLngBounds([[lat - 1, lon - 1], [lat + 1, lon + 1]]), colours, this.renderer));
  }

  /**
   * Where the phone is: the circle is as wide as the error.
   * @param {Here} here
   * @param {Palette} colours
   */
  #here({ lon, lat, acc }, colours) {
    const at = latLng(lat, lon);
    this.#add(new Circle(at, { renderer: this.renderer, interactive: false, radius: acc, color: colours.accent, weight: 2, fillOpacity: 0.15 }));
    this.#add(new CircleMarker(at, {
      renderer: this.renderer, interactive: false, radius: 8, color: colours.paper, weight: 3, fillColor: colours.accent, fillOpacity: 1 }));
  }

  /** @param {import('leaflet').Layer} layer */
  #add(layer) {
    this.layers.addLayer(layer);
  }
}

/**
 * @param {Ground['outline']} outline
 * @returns {Area}
 */
function areaOf(outline) {
  return /** @type {Area} */ (outline);
}

/**
 * @param {Place} place
 * @returns {[number, number]}
 */
function latLngOf([lon, lat]) {
  return [lat, lon];
}

/**
 * @param {Ground[]} grounds
 * @returns {LatLngBounds}
 */
function boundsOf(grounds) {
  const bounds = new LatLngBounds([]);
  for (const rings of grounds.flatMap((one) => polygonsOf(areaOf(one.outline)))) {
    const [west, south, east, north] = boxOf(rings[0]);
    bounds.extend([[south, west], [north, east]]);
  }
  return bounds;
}
