/** The worker that resizes, so that the viewfinder never freezes. One picture in, one picture out. */

import { makePicture, offscreenSurface } from './photo_frame.js';

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));

scope.onmessage = async ({ data }) => {
  try {
    const picture = await makePicture(data, offscreenSurface);
    scope.postMessage(picture, [picture.jpeg]);
  } catch {
    // No picture is the message: the page then tries by itself and tells the reader what came of it.
    scope.postMessage(null);
  }
};
