/** From a picture to the JPEG that is kept: upright, at most 1600 px, without what the camera wrote beside it. */

import { fitted, isFlat, JPEG_QUALITY } from '../model/photo.js';

/** @import { Picture } from '../model/photo.js' */

/**
 * A canvas, as much of it as is needed; the page and the worker each make their own kind.
 * @typedef {{context: OffscreenCanvasRenderingContext2D, image: CanvasImageSource, jpeg: () => Promise<Blob>}} Surface
 * @typedef {(width: number, height: number) => Surface} MakeSurface
 * @typedef {Blob | ImageBitmap | VideoFrame} Source  a file, or what the viewfinder showed
 */

const PROBE = 32;
export const ENCODING = { type: 'image/jpeg', quality: JPEG_QUALITY };

/**
 * Draws, encodes and judges. Works on a page and in a worker alike.
 * @param {Source} source
 * @param {MakeSurface} makeSurface
 * @returns {Promise<Picture>}
 */
export async function makePicture(source, makeSurface) {
  const image = source instanceof Blob ? await createImageBitmap(source, { imageOrientation: 'from-image' }) : source;
  try {
    const { width, height } = 'displayWidth' in image ? fitted(image.displayWidth, image.displayHeight) : fitted(image.width, image.height);
    const whole = drawn(makeSurface(width, height), image, width, height);
    const probe = drawn(makeSurface(PROBE, PROBE), whole.image, PROBE, PROBE);
    const flat = isFlat(probe.context.getImageData(0, 0, PROBE, PROBE).data);
    return { width, height, flat, jpeg: await (await whole.jpeg()).arrayBuffer() };
  } finally {
    image.close();
  }
}

/**
 * @param {Surface} surface
 * @param {CanvasImageSource} image
 * @param {number} width
 * @param {number} height
 */
function drawn(surface, image, width, height) {
  surface.context.imageSmoothingQuality = 'high';
  surface.context.drawImage(image, 0, 0, width, height);
  return surface;
}

/**
 * The surface of a worker, and of a page that has it.
 * @type {MakeSurface}
 */
export function offscreenSurface(width, height) {
  const image = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (image.getContext('2d'));
  return { context, image, jpeg: () => image.convertToBlob(ENCODING) };
}
