/** Where the phone is. Never a cached position, never a single try: a watch that reports until it is stopped. */

import { standIns } from './stand_ins.js';

/** @import { Sample } from '../model/fix.js' */

/**
 * Watches until the returned function is called. Trouble is a text key part: `denied` or `no_signal`; the watch goes
 * on after `no_signal`, since a cold start takes minutes.
 * @param {(sample: Sample) => void} onSample
 * @param {(trouble: 'denied' | 'no_signal') => void} onTrouble
 * @returns {() => void}
 */
export function watchPosition(onSample, onTrouble) {
  if (standIns) return standIns.watchPosition(onSample);
  if (!('geolocation' in navigator)) {
    onTrouble('no_signal');
    return () => {};
  }
  const watch = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => onSample(
      { lon: coords.longitude, lat: coords.latitude, acc: coords.accuracy, t: timestamp, source: 'gps' }),
    (error) => onTrouble(error.code === error.PERMISSION_DENIED ? 'denied' : 'no_signal'),
    { enableHighAccuracy: true, maximumAge: 0, timeout: 120000 },
  );
  return () => navigator.geolocation.clearWatch(watch);
}
