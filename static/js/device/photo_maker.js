/** Pictures by a worker where the browser has what it needs, by the page itself where not. */

import { Fault } from '../model/fault.js';
import { ENCODING, makePicture } from './photo_frame.js';

/** @import { Picture } from '../model/photo.js' */
/** @import { MakeSurface, Source } from './photo_frame.js' */

const PATIENCE_MS = 15000;

/**
 * The kept form of a picture; throws Fault `photo_unreadable` where nothing here can read it (HEIC in most browsers)
 * and `photo_flat` where it shows nothing.
 * @param {string} workerAddress
 * @param {() => Promise<Source>} take gives the source; asked again if the worker fails with the first
 * @returns {Promise<Picture>}
 */
export async function pictureOf(workerAddress, take) {
  const picture = (await byWorker(workerAddress, take)) ?? (await byPage(take));
  if (picture === null) throw new Fault('photo_unreadable');
  if (picture.flat) throw new Fault('photo_flat');
  return picture;
}

/** @type {Worker | null} */
let worker = null;

/**
 * @param {string} address
 * @param {() => Promise<Source>} take
 * @returns {Promise<Picture | null>}
 */
async function byWorker(address, take) {
  if (typeof OffscreenCanvas === 'undefined' || typeof Worker === 'undefined') return null;
  const source = await take();
  worker ??= new Worker(address);
  const picture = await asked(worker, source);
  if (picture) return picture;
  // It may be stuck in what it was given; the next picture gets a fresh one.
  worker.terminate();
  worker = null;
  return null;
}

/**
 * @param {Worker} worker
 * @param {Source} source
 * @returns {Promise<Picture | null>}
 */
function asked(worker, source) {
  return new Promise((resolve) => {
    const patience = setTimeout(() => resolve(null), PATIENCE_MS);
    const answered = (/** @type {Picture | null} */ picture) => {
      clearTimeout(patience);
      resolve(picture);
    };
    worker.onmessage = ({ data }) => answered(data);
    worker.onerror = () => answered(null);
    worker.postMessage(source, source instanceof Blob ? [] : [source]);
  });
}

/**
 * @param {() => Promise<Source>} take
 * @returns {Promise<Picture | null>}
 */
async function byPage(take) {
  try {
    return await makePicture(await take(), pageSurface);
  } catch {
    return null;
  }
}

/** @type {MakeSurface} */
function pageSurface(width, height) {
  const image = Object.assign(document.createElement('canvas'), { width, height });
  // The two kinds of context agree in everything that is used of them.
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (/** @type {unknown} */ (image.getContext('2d')));
  const jpeg = () => new Promise((/** @type {(blob: Blob) => void} */ resolve, reject) => {
    image.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('toBlob'))), ENCODING.type, ENCODING.quality);
  });
  return { context, image, jpeg };
}
