/**
 * The parts of Leaflet that the phone's map draws with, by their own files: half of what the whole library weighs. `run.py`
 * puts this in the place of `leaflet` in the phone's bundle, hence no import here may go by that name. The handlers add
 * themselves to the map.
 */

import 'leaflet/src/layer/vector/Renderer.getRenderer.js';
import 'leaflet/src/map/handler/Map.DoubleClickZoom.js';
import 'leaflet/src/map/handler/Map.Drag.js';
import 'leaflet/src/map/handler/Map.Keyboard.js';
import 'leaflet/src/map/handler/Map.ScrollWheelZoom.js';
import 'leaflet/src/map/handler/Map.TouchZoom.js';

export { toLatLng as latLng } from 'leaflet/src/geo/LatLng.js';
export { LatLngBounds } from 'leaflet/src/geo/LatLngBounds.js';
export { LayerGroup } from 'leaflet/src/layer/LayerGroup.js';
export { Canvas } from 'leaflet/src/layer/vector/Canvas.js';
export { Circle } from 'leaflet/src/layer/vector/Circle.js';
export { CircleMarker } from 'leaflet/src/layer/vector/CircleMarker.js';
export { Polygon } from 'leaflet/src/layer/vector/Polygon.js';
export { Polyline } from 'leaflet/src/layer/vector/Polyline.js';
export { Map } from 'leaflet/src/map/Map.js';
