/**
 * The coverage map (覆盖图): townships filled by status, a mark in each, counties parted by a stronger line. A working
 * drawing for internal use: it never asks anybody outside for a tile.
 */

import { Canvas, Control, DomUtil, GeoJSON, LatLngBounds, LayerGroup, Map as LeafletMap, Polyline } from 'leaflet';
import { placeName } from './coverage.js';
import { boxOf, countyEdges, markPlace, middleOf, polygonsOf } from './geometry.js';
import { hatch } from './marks.js';
import { MarkLayer, NameLayer } from './mark_layer.js';
import { palette } from './palette.js';

/**
 * @typedef {import('./coverage.js').Coverage} Coverage
 * @typedef {import('./coverage.js').Feature} Feature
 * @typedef {import('./coverage.js').Township} Township
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Text
 */

const DIMMED = 0.25;
/** Height that the sources' names take at the bottom of the map. */
const ATTRIBUTION_PX = 56;

export class CoverageMap {
  /** @type {Coverage | null} */
  #coverage = null;
  /** @type {string | null} */
  #county = null;
  /** @type {string | null} */
  #unit = null;
  #fitted = '';
  /** @type {Map<string, import('./geometry.js').Place>} */
  #places = new Map();

  /**
   * @param {HTMLElement} element
   * @param {string[]} sources who must be named on this map
   * @param {Text} t
   * @param {(township: Township) => void} onChoose
   * @param {string} [language] whether names are also written in Latin letters
   */
  constructor(element, sources, t, onChoose, language = 'zh') {
    this.t = t;
    this.language = language;
    this.onChoose = onChoose;
    this.renderer = new Canvas({ padding: 0.5 });
    this.map = new LeafletMap(element, {
      renderer: this.renderer, zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5,
      wheelPxPerZoomLevel: 120, zoomAnimation: false, maxBoundsViscosity: 1,
    });
    this.areas = new LayerGroup().addTo(this.map);
    new Control.Zoom({ zoomInTitle: t('map.zoom_in'), zoomOutTitle: t('map.zoom_out') }).addTo(this.map);
    this.#addButton(t('map.whole'), () => this.#fit(true));
    this.#addNote(t('map.internal'));
    this.#nameSources(sources);
  }

  /**
   * Show an answer of the server. The view stays where the reader has moved it.
   * @param {Coverage} coverage
   */
  show(coverage) {
    const first = this.#coverage === null;
    this.#coverage = coverage;
    if (first) this.map.setMaxBounds(boundsOf(coverage.features).pad(0.5));
    this.draw();
    this.#fit(first);
  }

  /**
   * Emphasise one county (`null`: all) and outline one township.
   * @param {string | null} county
   * @param {string | null} unit
   */
  choose(county, unit) {
    if (county === this.#county && unit === this.#unit) return;
    this.#county = county;
    this.#unit = unit;
    this.draw();
    this.#fit(false);
  }

  /** The map's box has changed its size or was hidden. */
  resize() {
    this.map.invalidateSize({ pan: false });
    this.#fit(true);
  }

  /** Draw everything anew, also when the theme has changed. */
  draw() {
    if (!this.#coverage) return;
    const colours = palette();
    const pattern = hatch(colours.fill.excluded, colours.hatch);
    const { features } = this.#coverage;
    this.areas.clearLayers();
    for (const feature of features) this.areas.addLayer(this.#area(feature, colours, pattern));
    const edges = countyEdges(features.map((f) => ({ county: f.properties.county, area: f.geometry })));
    this.areas.addLayer(new Polyline(edges.map((edge) => edge.map(([lon, lat]) => /** @type {[number, number]} */ ([lat, lon]))), {
      renderer: this.renderer, interactive: false, smoothFactor: 0, color: colours.ink, weight: 1.5, opacity: 0.8 }));
    const shown = features.filter((f) => !this.#county || f.properties.county === this.#county);
    for (const feature of shown) this.areas.addLayer(this.#mark(feature, colours));
    this.#drawNames(shown, colours);
    const chosen = features.find((feature) => feature.properties.unit === this.#unit);
    if (!chosen) return;
    // Paper under accent: the line is seen on a dark fill too.
    for (const [color, weight] of [[colours.paper, 7], [colours.accent, 3]]) {
      this.areas.addLayer(new GeoJSON(/** @type {any} */ (chosen), /** @type {any} */ ({
        renderer: this.renderer, interactive: false, smoothFactor: 0, style: { fill: false, color, weight } })));
    }
  }

  /**
   * @param {Feature} feature
   * @param {import('./marks.js').Palette} colours
   * @param {CanvasPattern | string} pattern
   */
  #area(feature, colours, pattern) {
    const township = feature.properties;
    const stale = township.flags.includes('stale');
    const dimmed = this.#county !== null && township.county !== this.#county;
    const layer = new GeoJSON(/** @type {any} */ (feature), /** @type {any} */ ({
      renderer: this.renderer, smoothFactor: 0,
      style: {
        // Leaflet hands the value to the canvas as it is, so a pattern serves as well as a colour.
        fillColor: township.status === 'excluded' ? pattern : colours.fill[township.status],
        fillOpacity: dimmed ? DIMMED : 1, opacity: dimmed ? DIMMED : 1,
        color: stale ? colours.stale : colours.line, weight: stale ? 2 : 1, dashArray: stale ? '5 4' : undefined,
      },
    }));
    const words = document.createElement('span');
    words.textContent = this.t('map.tooltip', { name: placeName(township.name, township.latin, this.language), status: this.t(`status.${township.status}`) });
    layer.bindTooltip(words, { sticky: true });
    layer.on('click', () => this.onChoose(township));
    return layer;
  }

  /**
   * @param {Feature} feature
   * @param {import('./marks.js').Palette} colours
   */
  #mark(feature, colours) {
    return new MarkLayer(this.#place(feature), boundsOf([feature]), feature.properties, colours, this.renderer);
  }

  /**
   * @param {Feature[]} features
   * @param {import('./marks.js').Palette} colours
   */
  #drawNames(features, colours) {
    /** @type {Map<string, Feature[]>} */
    const counties = new Map();
    for (const feature of features) {
      const { name, latin, county } = feature.properties;
      counties.set(county, [...counties.get(county) ?? [], feature]);
      const extent = boundsOf([feature]);
      this.areas.addLayer(new NameLayer(this.#place(feature), this.#lines(name, latin), extent, colours, this.renderer));
    }
    if (this.#county) return;
    const names = [...counties.values()].map((townships) => {
      const middle = middleOf(townships.map((township) => this.#place(township)));
      const { county_name: name, county_latin: latin } = townships[0].properties;
      return new NameLayer(middle, this.#lines(name, latin), null, colours, this.renderer);
    });
    for (const name of names) this.areas.addLayer(Object.assign(name, { counties: names }));
  }

  /**
   * @param {string} name
   * @param {string | null} latin
   */
  #lines(name, latin) {
    return this.language === 'zh' || !latin ? [name] : [name, latin];
  }

  /**
   * Where a township's mark stands: found once, outlines do not change under an open page.
   * @param {Feature} feature
   */
  #place(feature) {
    const { unit } = feature.properties;
    const place = this.#places.get(unit) ?? markPlace(feature.geometry);
    this.#places.set(unit, place);
    return place;
  }

  /** @param {string[]} sources */
  #nameSources(sources) {
    const attribution = new Control.Attribution({ prefix: false }).addTo(this.map);
    for (const source of sources) {
      // Leaflet takes markup; going through an element makes mere text of it.
      const line = document.createElement('span');
      line.textContent = source;
      attribution.addAttribution(line.innerHTML);
    }
  }

  /** @param {boolean} anyway even if the same area was fitted before and the reader may have moved since */
  #fit(anyway) {
    if (!this.#coverage) return;
    const wanted = this.#coverage.features.filter((f) => !this.#county || f.properties.county === this.#county);
    // Hidden behind the tiles the map has no size to fit anything into.
    if (!wanted.length || this.map.getSize().x === 0 || (!anyway && this.#fitted === (this.#county ?? 'whole'))) return;
    this.#fitted = this.#county ?? 'whole';
    this.map.fitBounds(boundsOf(wanted), { animate: false, paddingTopLeft: [8, 8], paddingBottomRight: [8, ATTRIBUTION_PX] });
  }

  /**
   * @param {string} label
   * @param {() => void} act
   */
  #addButton(label, act) {
    const control = new Control({ position: 'topleft' });
    control.onAdd = () => {
      const box = DomUtil.create('div', 'leaflet-bar');
      const button = DomUtil.create('button', 'map-button', box);
      button.type = 'button';
      button.textContent = label;
      button.addEventListener('click', (event) => {
        event.stopPropagation();
        act();
      });
      return box;
    };
    control.addTo(this.map);
  }

  /** @param {string} words that must stand on the map itself */
  #addNote(words) {
    const control = new Control({ position: 'topright' });
    control.onAdd = () => {
      const note = DomUtil.create('div', 'map-note');
      note.textContent = words;
      return note;
    };
    control.addTo(this.map);
  }
}

/**
 * @param {Feature[]} features
 * @returns {LatLngBounds}
 */
function boundsOf(features) {
  const bounds = new LatLngBounds([]);
  for (const feature of features) {
    for (const rings of polygonsOf(feature.geometry)) {
      const [west, south, east, north] = boxOf(rings[0]);
      bounds.extend([[south, west], [north, east]]);
    }
  }
  return bounds;
}
