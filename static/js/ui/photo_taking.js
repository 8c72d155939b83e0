/** From the shutter to "saved": picture, seal, hash, one save point with the fix around the shutter. */

import { pictureOf } from '../device/photo_maker.js';
import { spaceLeft } from '../device/storage.js';
import { Fault } from '../model/fault.js';
import { timestamp } from '../model/message.js';
import { hasRoom } from '../model/photo.js';
import { photoTaken } from '../model/visit_events.js';
import { HERE } from '../store/drafts.js';

/** @import { Source } from '../device/photo_frame.js' */
/** @import { Block } from '../model/mask.js' */
/** @import { Picture, PhotoSource } from '../model/photo.js' */
/** @import { Fact } from '../model/visit_events.js' */
/** @import { App, Destination } from './app.js' */
/** @import { PositionKeeper } from './position_keeper.js' */

/**
 * @typedef {{visit: string, kind: string, household: string | null, question: string | null, source: PhotoSource}} Slot
 * @typedef {{at: string, fix: Fact | null}} Moment  of the shutter: when, and where
 * @typedef {Pick<App, 'ports' | 'photoWorker' | 'save'> & {position: Pick<PositionKeeper, 'fix'>}} Taker
 */

/**
 * The moment of the shutter, to be asked for at once: a picture may be looked at for a while before it is saved.
 * @param {Taker} app
 * @param {Slot} slot
 * @returns {Moment}
 */
export function momentOf({ ports, position }, { household, source }) {
  // A picture out of the gallery says nothing about where the phone is now.
  const fix = source !== 'file' ? position.fix({ purpose: 'photo', household }) : null;
  return { at: timestamp(ports.clock.now()), fix };
}

/**
 * Takes a photo for a slot and records it. The screen to go on with is written in the same transaction, so that a killed
 * page neither loses the photo nor asks for it twice.
 * @param {Taker} app
 * @param {Slot} slot
 * @param {() => Promise<Source>} take
 * @param {(picture: Picture) => Destination} next
 * @param {{moment?: Moment, blocks?: Block[]}} [held]  of a picture that was looked at first
 * @returns {Promise<{picture: Picture, count: number, next: Destination}>}
 */
export async function takePhoto(app, slot, take, next, { moment = momentOf(app, slot), blocks = [] } = {}) {
  const [left, picture] = await Promise.all([spaceLeft(), pictureOf(app.photoWorker, take, blocks)]);
  if (!hasRoom(left)) throw new Fault('no_room');
  const there = next(picture);
  return { picture, next: there, count: await recorded(app, slot, moment, picture, there) };
}

/**
 * @param {Taker} app
 * @param {Slot} slot
 * @param {Moment} moment
 * @param {Picture} picture
 * @param {Destination} next
 */
async function recorded(app, slot, { at, fix }, picture, next) {
  const { crypto } = app.ports;
  const { key, sealed } = await crypto.sealPhoto(picture.bytes);
  const name = await crypto.sha256(sealed);
  const { mime, width, height, remarks, masked } = picture;
  const fact = photoTaken({
    photo: crypto.uuid(), sha256: await crypto.sha256(picture.bytes), size: picture.bytes.byteLength,
    sealed_sha256: name, sealed_size: sealed.byteLength, key, mime, width, height, remarks, masked,
    kind: slot.kind, household: slot.household, question: slot.question, fix: fix?.body.fix, taken_at: at, source: slot.source,
  });
  const visit = await app.save(slot.visit, () => ({
    facts: [fix, fact], photos: [{ sealed: name, kind: slot.kind, bytes: sealed }], drafts: { [HERE]: next },
  }));
  return visit.photos.length;
}
