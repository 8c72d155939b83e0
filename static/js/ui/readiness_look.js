/** Looks at this phone for the conditions of the field (可以下乡). */

import { installPlace } from '../device/installation.js';
import { permission } from '../device/permissions.js';
import { isPersisted, spaceLeft } from '../device/storage.js';
import { conditions } from '../model/readiness.js';
import { readDatumCheck } from '../store/datum.js';
import { readPack } from '../store/pack.js';
import { readSetting, writeSetting } from '../store/settings.js';

/** @import { Permission } from '../device/permissions.js' */
/** @import { Condition } from '../model/readiness.js' */
/** @import { App } from './app.js' */

/** What was found by trying, where the browser does not answer the question itself. */
const TRIED = 'tried';

/**
 * @param {App} app
 * @param {() => Promise<boolean>} [tryRoom] a trial of the space, where one looks closely
 * @returns {Promise<Condition[]>}
 */
export async function lookAtPhone({ ports: { clock } }, tryRoom = async () => true) {
  const [persisted, kept, fetched, tried, time, space, camera, position, room, check] = await Promise.all([
    isPersisted(), readPack(), readSetting('last_success'), readSetting(TRIED), readSetting('clock'), spaceLeft(),
    permission('camera'), permission('geolocation'), tryRoom(), readDatumCheck()]);
  return conditions({
    place: installPlace(), persisted, pack: !!kept?.pack.round && !!kept.pack.checklist, fetched: fetched ?? null,
    camera: known(camera, tried?.camera), position: known(position, tried?.position), space, room,
    datum: { point: !!kept?.pack.known_point, verdict: check?.verdict ?? null }, offset: time?.offset_ms ?? null, now: clock.now(),
  });
}

/**
 * Keeps what came of a try.
 * @param {'camera' | 'position'} name
 * @param {Permission} came
 */
export async function noteTry(name, came) {
  await writeSetting(TRIED, { ...(await readSetting(TRIED)), [name]: came });
}

/**
 * iPhones ask each time anew and so always say "prompt": there the try decides.
 * @param {Permission | null} said
 * @param {Permission | undefined} tried
 * @returns {Permission}
 */
function known(said, tried) {
  return said === 'granted' || said === 'denied' ? said : tried ?? 'prompt';
}
