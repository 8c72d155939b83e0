/** What the phone needs from the server, and what the server should know about the phone. */

import { timestamp } from '../model/message.js';
import { standing } from '../model/planned_return.js';
import { losses } from '../store/losses.js';
import { waitingWork } from '../store/outbox.js';
import { readPack, writePack } from '../store/pack.js';
import { readReturn, returnTold } from '../store/planned_return.js';
import { readSetting } from '../store/settings.js';

/** @import { Device } from '../store/devices.js' */
/** @import { Call } from './calls.js' */

/**
 * Fetches the pack where it has changed.
 * @param {Call} call
 */
export async function pullPack(call) {
  const kept = await readPack();
  const headers = kept?.etag ? { 'If-None-Match': kept.etag } : {};
  const since = kept ? `?since=${encodeURIComponent(kept.pack.cursor)}` : '';
  const reply = await call({ method: 'GET', path: `/api/v1/pack${since}`, headers: /** @type {Record<string, string>} */ (headers) }, [304]);
  if (reply.status !== 304) await writePack(JSON.parse(reply.text), reply.header('ETag'));
}

/**
 * Reports what is still on this phone, so that the office can say so beside every figure.
 * @param {Call} call
 * @param {{app: string, storage: object, units: Map<string, string> | null, devices: Device[], now: number}} here `units`:
 *   visit → unit, null on a locked phone, which cannot read them; `devices`: all that this phone has been; `now`: the phone's own clock
 */
export async function reportState(call, { app, storage, units, devices, now }) {
  const { visits, ...unsent } = await waitingWork();
  const said = units && { plan: standing(await readReturn(), now) };
  const clock = await readSetting('clock');
  await call({
    method: 'PUT', path: '/api/v1/devices/me/state', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      app, unsent, storage,
      // The phone's clock minus the server's; the phone itself keeps what it must add.
      clock_offset_ms: clock ? -clock.offset_ms : null,
      head: devices.find((one) => !one.closed)?.head.seq ?? 0,
      holds: devices.map((one) => one.device),
      lost: (await losses()).map(({ how, device, seq, missing, at }) => ({ how, device, seq, missing, at: timestamp(at) })),
      visits: [...visits].filter(([visit]) => units === null || units.has(visit))
        .map(([visit, photos]) => ({ visit, unit: units?.get(visit) ?? '', photos_waiting: photos })),
      // Left out, it stands as it was said before.
      ...(said && { planned_return: said.plan && { at: timestamp(said.plan.at), unit: said.plan.unit } }),
    }),
  });
  if (said) await returnTold(said.plan);
}
