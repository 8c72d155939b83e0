/** Whether camera and position may be used: asked of the browser, and where it does not say, tried. */

import { cameraStream, closeCamera } from './camera.js';

/** @typedef {'granted' | 'denied' | 'prompt'} Permission */

const POSITION_WAIT_MS = 8000;

/**
 * What the browser says; null where it does not know the question.
 * @param {'camera' | 'geolocation'} name
 * @returns {Promise<Permission | null>}
 */
export async function permission(name) {
  try {
    return (await navigator.permissions.query({ name: /** @type {PermissionName} */ (name) })).state;
  } catch {
    return null;
  }
}

/**
 * Opens the camera and lets go of it; the browser asks people the first time.
 * @returns {Promise<Permission>}
 */
export async function tryCamera() {
  try {
    await cameraStream();
    return 'granted';
  } catch {
    return 'denied';
  } finally {
    closeCamera();
  }
}

/**
 * Asks for a position once. No signal is no refusal: then the answer was yes.
 * @returns {Promise<Permission>}
 */
export function tryPosition() {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve('denied');
    return navigator.geolocation.getCurrentPosition(
      () => resolve('granted'),
      (error) => resolve(error.code === error.PERMISSION_DENIED ? 'denied' : 'granted'),
      { timeout: POSITION_WAIT_MS, maximumAge: Infinity },
    );
  });
}
