/** Whether there is room for another photo; what may go goes first (pitfall 13). */

import { roomByTrial, spaceLeft } from '../device/storage.js';
import { hasRoom, SPACE_FLOOR_BYTES, TRIAL_BYTES } from '../model/photo.js';
import { photosThatFit } from '../model/readiness.js';
import { freePhotos } from '../store/outbox.js';
import { serverNow } from '../sync/calls.js';

/** @import { App } from './app.js' */

/**
 * Looks when the camera opens, before there is a shutter to press. Where space is short, photos that are safe twice over
 * give theirs back, as after each sync, and it is looked once more.
 * @param {Pick<App, 'ports'>} app
 * @returns {Promise<{room: boolean, fit: number | null}>} `fit`: how many more, where the browser says
 */
export async function roomForPhoto({ ports }) {
  let room = await looked();
  if (!room) {
    await freePhotos(await serverNow(ports)).catch(() => {
      // So full that nothing can even be noted: the shutter stays closed, and says why.
    });
    room = await looked();
  }
  return { room, fit: photosThatFit(await spaceLeft(), SPACE_FLOOR_BYTES) };
}

async function looked() {
  return hasRoom(await spaceLeft()) && roomByTrial(TRIAL_BYTES);
}
