/**
 * The in-page viewfinder: the page stays alive, which a separate camera app does not grant on small phones. One stream serves
 * a whole visit (pitfall 6). It is let go while nobody can see the page, when the visit ends, and after a while without a
 * picture, since a camera that runs through a talk empties the battery and shows its light; then it opens again by itself.
 */

import { standIns } from './stand_ins.js';

const WANTED = { video: { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1440 } }, audio: false };
export const RESTS_MS = 120_000;

/** @type {MediaStream | null} */
let stream = null;
/** @type {Promise<MediaStream> | null} */
let opening = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let resting;
/** @type {(() => void) | null} whoever shows the stream, told when it must be asked for anew */
let showing = null;

/**
 * The one stream, opened when first asked for; rejects where no camera is allowed or there.
 * @returns {Promise<MediaStream>}
 */
export async function cameraStream() {
  clearTimeout(resting);
  if (stream?.active) return stream;
  opening ??= opened().finally(() => { opening = null; });
  return opening;
}

async function opened() {
  const fresh = standIns ? standIns.camera() : await navigator.mediaDevices.getUserMedia(WANTED);
  stream = fresh;
  // The system takes it for a call, or for another app.
  for (const track of fresh.getTracks()) track.addEventListener('ended', () => fresh === stream && lost());
  return fresh;
}

function lost() {
  stream = null;
  if (document.visibilityState === 'visible') showing?.();
}

/**
 * The stream is shown from now on: `again` is called when it was lost, or let go, and the page can be seen.
 * @param {() => void} again
 */
export function showCamera(again) {
  showing = again;
  document.addEventListener('visibilitychange', seenOrNot);
}

function seenOrNot() {
  if (document.visibilityState !== 'visible') closeCamera();
  else showing?.();
}

/** The stream is not shown any more: it is kept for the next picture, for a while. */
export function restCamera() {
  showing = null;
  clearTimeout(resting);
  if (stream) resting = setTimeout(closeCamera, RESTS_MS);
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
  clearTimeout(resting);
  const let_go = stream;
  stream = null;
  let_go?.getTracks().forEach((track) => track.stop());
}

/** Whether the camera that is open has a torch. */
export function hasTorch() {
  const track = stream?.getVideoTracks()[0];
  return Boolean(/** @type {any} */ (track?.getCapabilities?.())?.torch);
}

/**
 * Switches the torch; false where the camera would not.
 * @param {boolean} on
 */
export async function lightTorch(on) {
  try {
    await stream?.getVideoTracks()[0].applyConstraints({ advanced: [/** @type {any} */ ({ torch: on })] });
    return true;
  } catch {
    // Some cameras name a torch and then refuse it, hot or out of battery.
    return false;
  }
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
