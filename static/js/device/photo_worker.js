/** The worker that resizes, so that the viewfinder never freezes. One wish in, one picture out. */

import { holdPicture, makePicture, offscreenSurface } from './photo_frame.js';

/** @import { Wish } from './photo_frame.js' */

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));

scope.onmessage = async (/** @type {MessageEvent<Wish>} */ { data }) => {
  try {
    if ('hold' in data) {
      const held = await holdPicture(data.source, offscreenSurface);
      scope.postMessage(held, [held.image]);
    } else {
      const picture = await makePicture(data.source, offscreenSurface, data.blocks);
      scope.postMessage(picture, [picture.bytes]);
    }
  } catch {
    // No picture is the message: the page then tries by itself and tells the reader what came of it.
    scope.postMessage(null);
  }
};
