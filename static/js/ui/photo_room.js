/** Whether there is room for another photo; what may go goes first (pitfall 13). */

import { spaceLeft } from '../device/storage.js';
import { hasRoom, SPACE_FLOOR_BYTES } from '../model/photo.js';
import { photosThatFit } from '../model/readiness.js';
import { freePhotos } from '../store/outbox.js';
import { serverNow } from '../sync/calls.js';

/** @import { App } from './app.js' */

/**
 * Looks before each photo. Where space is short, photos that are safe twice over give theirs back, as after each sync.
 * @param {Pick<App, 'ports'>} app
 * @returns {Promise<{room: boolean, fit: number | null}>} `fit`: how many more, where the browser says
 */
export async function roomForPhoto({ ports }) {
  let estimate = await spaceLeft();
  if (!hasRoom(estimate)) {
    await freePhotos(await serverNow(ports));
    estimate = await spaceLeft();
  }
  return { room: hasRoom(estimate), fit: photosThatFit(estimate, SPACE_FLOOR_BYTES) };
}
