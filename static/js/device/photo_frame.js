/** From a picture to the JPEG that is kept: upright, at most 1600 px, without what the camera wrote beside it. */

import { fitted, JPEG_QUALITY } from '../model/photo.js';
import { LOOK_EDGE, measuresOf, remarksOf } from '../model/photo_look.js';

/** @import { Block } from '../model/mask.js' */
/** @import { Picture } from '../model/photo.js' */
/** @import { Remark } from '../model/photo_look.js' */

/**
 * A canvas, as much of it as is needed; the page and the worker each make their own kind.
 * @typedef {{context: OffscreenCanvasRenderingContext2D, image: CanvasImageSource & ImageBitmapSource, jpeg: () => Promise<Blob>}} Surface
 * @typedef {(width: number, height: number) => Surface} MakeSurface
 * @typedef {Blob | ImageBitmap | VideoFrame} Source  a file, or what the viewfinder showed
 * @typedef {{source: Source, blocks: Block[]} | {source: Source, hold: true}} Wish  a picture with these blocks burned in, or
 *   the picture as it would be kept, to be looked at first
 * @typedef {{image: ImageBitmap, remarks: Remark[]}} Held
 */

export const ENCODING = { type: 'image/jpeg', quality: JPEG_QUALITY };
/** What is covered is painted over before the JPEG is made: nothing of it is in the bytes. */
const BLOCK_COLOUR = '#000';

/**
 * Draws, looks, covers and encodes. Works on a page and in a worker alike.
 * @param {Source} source
 * @param {MakeSurface} makeSurface
 * @param {Block[]} blocks
 * @returns {Promise<Picture>}
 */
export async function makePicture(source, makeSurface, blocks) {
  const { width, height, surface } = await drawnToKeep(source, makeSurface);
  // Of the picture, not of its blocks: a covered page is not a dark one.
  const remarks = lookAt(surface, width, height, makeSurface);
  surface.context.fillStyle = BLOCK_COLOUR;
  for (const block of blocks) surface.context.fillRect(block.x, block.y, block.width, block.height);
  const bytes = await (await surface.jpeg()).arrayBuffer();
  return { mime: 'image/jpeg', width, height, remarks, masked: blocks.length, bytes };
}

/**
 * The picture as it would be kept, in memory alone.
 * @param {Source} source
 * @param {MakeSurface} makeSurface
 * @returns {Promise<Held>}
 */
export async function holdPicture(source, makeSurface) {
  const { width, height, surface } = await drawnToKeep(source, makeSurface);
  return { remarks: lookAt(surface, width, height, makeSurface), image: await createImageBitmap(surface.image) };
}

/**
 * @param {Source} source
 * @param {MakeSurface} makeSurface
 */
async function drawnToKeep(source, makeSurface) {
  const image = source instanceof Blob ? await createImageBitmap(source, { imageOrientation: 'from-image' }) : source;
  try {
    const { width, height } = 'displayWidth' in image ? fitted(image.displayWidth, image.displayHeight) : fitted(image.width, image.height);
    return { width, height, surface: drawn(makeSurface(width, height), image, width, height) };
  } finally {
    image.close();
  }
}

/**
 * @param {Surface} surface
 * @param {number} width
 * @param {number} height
 * @param {MakeSurface} makeSurface
 */
function lookAt({ image }, width, height, makeSurface) {
  const small = fitted(width, height, LOOK_EDGE);
  const { context } = drawn(makeSurface(small.width, small.height), image, small.width, small.height);
  return remarksOf(measuresOf(context.getImageData(0, 0, small.width, small.height).data, small.width, small.height));
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
