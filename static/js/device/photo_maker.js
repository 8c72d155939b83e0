/** Pictures by a worker where the browser has what it needs, by the page itself where not. */

import { Fault } from '../model/fault.js';
import { AS_IT_CAME_BYTES } from '../model/photo.js';
import { heicSize, pictureType } from '../model/picture_type.js';
import { ENCODING, holdPicture, makePicture } from './photo_frame.js';

/** @import { Block } from '../model/mask.js' */
/** @import { Picture } from '../model/photo.js' */
/** @import { Held, MakeSurface, Source, Wish } from './photo_frame.js' */

const PATIENCE_MS = 15000;

/**
 * The kept form of a picture. HEIC that this browser cannot open is kept as it came, for the server opens it, unless it
 * should have been covered. Throws Fault `photo_unreadable`, of a file that is no picture `not_a_picture`.
 * @param {string} workerAddress
 * @param {() => Promise<Source>} take gives the source; asked again if the worker fails with the first
 * @param {Block[]} [blocks] burned in
 * @returns {Promise<Picture>}
 */
export async function pictureOf(workerAddress, take, blocks = []) {
  const wish = (/** @type {Source} */ source) => ({ source, blocks });
  const picture = (await byWorker(workerAddress, take, wish)) ?? (await byPage(async () => makePicture(await take(), pageSurface, blocks)));
  return /** @type {Picture | null} */ (picture) ?? asItCame(await take());
}

/**
 * The picture as it would be kept, in memory alone, so that it can be looked at and covered first. Throws as `pictureOf`,
 * and `photo_uncovered` of HEIC that this browser cannot open.
 * @param {string} workerAddress
 * @param {() => Promise<Source>} take
 * @returns {Promise<Held>}
 */
export async function heldPicture(workerAddress, take) {
  const wish = (/** @type {Source} */ source) => ({ source, hold: /** @type {const} */ (true) });
  const held = (await byWorker(workerAddress, take, wish)) ?? (await byPage(async () => holdPicture(await take(), pageSurface)));
  if (held) return /** @type {Held} */ (held);
  await asItCame(await take());
  throw new Fault('photo_uncovered');
}

/**
 * @param {Source} source
 * @returns {Promise<Picture>}
 */
async function asItCame(source) {
  if (!(source instanceof Blob)) throw new Fault('photo_unreadable');
  const bytes = await source.arrayBuffer();
  const type = pictureType(new Uint8Array(bytes));
  if (type === null) throw new Fault('not_a_picture');
  const size = type === 'image/heic' ? heicSize(new Uint8Array(bytes)) : null;
  if (!size || bytes.byteLength > AS_IT_CAME_BYTES) throw new Fault('photo_unreadable');
  return { mime: 'image/heic', ...size, remarks: [], masked: 0, bytes };
}

/** @type {Worker | null} */
let worker = null;

/**
 * @param {string} address
 * @param {() => Promise<Source>} take
 * @param {(source: Source) => Wish} wish
 * @returns {Promise<Picture | Held | null>}
 */
async function byWorker(address, take, wish) {
  if (typeof OffscreenCanvas === 'undefined' || typeof Worker === 'undefined') return null;
  const source = await take();
  worker ??= new Worker(address);
  const picture = await asked(worker, wish(source));
  if (picture) return picture;
  // It may be stuck in what it was given; the next picture gets a fresh one.
  worker.terminate();
  worker = null;
  return null;
}

/**
 * @param {Worker} worker
 * @param {Wish} wish
 * @returns {Promise<Picture | Held | null>}
 */
function asked(worker, wish) {
  return new Promise((resolve) => {
    const patience = setTimeout(() => resolve(null), PATIENCE_MS);
    const answered = (/** @type {Picture | Held | null} */ picture) => {
      clearTimeout(patience);
      resolve(picture);
    };
    worker.onmessage = ({ data }) => answered(data);
    worker.onerror = () => answered(null);
    worker.postMessage(wish, wish.source instanceof Blob ? [] : [wish.source]);
  });
}

/**
 * @param {() => Promise<Picture | Held>} make
 */
async function byPage(make) {
  try {
    return await make();
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
