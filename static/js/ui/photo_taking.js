/** From the shutter to "saved": picture, seal, hash, one save point with the fix around the shutter. */

import { pictureOf } from '../device/photo_maker.js';
import { spaceLeft } from '../device/storage.js';
import { Fault } from '../model/fault.js';
import { timestamp } from '../model/message.js';
import { hasRoom } from '../model/photo.js';
import { photoTaken } from '../model/visit_events.js';
import { HERE } from '../store/drafts.js';

/** @import { Source } from '../device/photo_frame.js' */
/** @import { Picture } from '../model/photo.js' */
/** @import { App, Destination } from './app.js' */
/** @import { PositionKeeper } from './position_keeper.js' */

/**
 * @typedef {{visit: string, kind: string, household: string | null, question: string | null,
 *   source: 'camera' | 'file' | 'demo'}} Slot
 */

/**
 * Takes a photo for a slot and records it. The screen to go on with is written in the same transaction, so that a killed
 * page neither loses the photo nor asks for it twice.
 * @param {Pick<App, 'ports' | 'photoWorker' | 'save'> & {position: Pick<PositionKeeper, 'fix'>}} app
 * @param {Slot} slot
 * @param {() => Promise<Source>} take
 * @param {Destination} next
 * @returns {Promise<{picture: Picture, count: number}>}
 */
export async function takePhoto(app, slot, take, next) {
  if (!hasRoom(await spaceLeft())) throw new Fault('no_room');
  const { crypto, clock } = app.ports;
  const takenAt = timestamp(clock.now());
  // A picture out of the gallery says nothing about where the phone is now.
  const fix = slot.source !== 'file' ? app.position.fix({ purpose: 'photo', household: slot.household }) : null;
  const picture = await pictureOf(app.photoWorker, take);
  const { key, sealed } = await crypto.sealPhoto(picture.jpeg);
  const name = await crypto.sha256(sealed);
  const fact = photoTaken({
    photo: crypto.uuid(), sha256: await crypto.sha256(picture.jpeg), size: picture.jpeg.byteLength,
    sealed_sha256: name, sealed_size: sealed.byteLength, key, width: picture.width, height: picture.height,
    kind: slot.kind, household: slot.household, question: slot.question, fix: fix?.body.fix, taken_at: takenAt, source: slot.source,
  });
  const visit = await app.save(slot.visit, () => ({
    facts: [fix, fact], photos: [{ sealed: name, kind: slot.kind, bytes: sealed }], drafts: { [HERE]: next },
  }));
  return { picture, count: visit.photos.length };
}
