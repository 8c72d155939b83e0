/** The in-page viewfinder: the page stays alive, which a separate camera app does not grant on small phones. */

import { standIns } from './stand_ins.js';

const WANTED = { video: { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1440 } }, audio: false };

/** @type {MediaStream | null} */
let stream = null;

/**
 * The one stream, opened when first asked for; rejects where no camera is allowed or there.
 * @returns {Promise<MediaStream>}
 */
export async function cameraStream() {
  if (!stream?.active) stream = standIns ? standIns.camera() : await navigator.mediaDevices.getUserMedia(WANTED);
  return stream;
}

/**
 * What a picture of that stream is called: taken, or drawn for a demonstration (演示).
 * @returns {'camera' | 'demo'}
 */
export function pictureSource() {
  return standIns ? 'demo' : 'camera';
}

/** Lets go of the camera: its light goes out. */
export function closeCamera() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
}

/**
 * What the viewfinder shows now: the frame itself where the browser lends it out, which costs no copy.
 * @param {HTMLVideoElement} video
 * @returns {Promise<VideoFrame | ImageBitmap>}
 */
export async function frameOf(video) {
  try {
    return new VideoFrame(video);
  } catch {
    return createImageBitmap(video);
  }
}
