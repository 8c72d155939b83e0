/** The marker that says where a phone is (定位): moved by mouse, by finger, or by arrow keys. */

import { DivIcon, Marker } from 'leaflet';

/** @import { Map as LeafletMap } from 'leaflet' */
/** @import { Point } from '../model/place.js' */

const SIZE_PX = 44;
const STEP_PX = 8;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/**
 * @param {LeafletMap} map
 * @param {Point} point degrees
 * @param {string} label
 * @param {(point: Point) => void} onMove
 */
export function addPositionMarker(map, point, label, onMove) {
  const icon = new DivIcon({ className: 'position-marker', iconSize: [SIZE_PX, SIZE_PX] });
  const marker = new Marker([point.lat, point.lon], { icon, draggable: true, autoPan: true, title: label, zIndexOffset: 1000 }).addTo(map);
  const moved = () => {
    const { lat, lng } = marker.getLatLng();
    onMove({ lon: lng, lat });
  };
  marker.on('dragend', moved);
  const element = marker.getElement();
  element?.setAttribute('aria-label', label);
  element?.addEventListener('keydown', (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    // Else the map would move with it.
    event.preventDefault();
    event.stopPropagation();
    const { x, y } = map.latLngToContainerPoint(marker.getLatLng());
    marker.setLatLng(map.containerPointToLatLng([x + arrow[0] * STEP_PX, y + arrow[1] * STEP_PX]));
    moved();
  });
}
