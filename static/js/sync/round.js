/** One round of sync, always in this order: time, segments, photos, pack, report. One tab at a time. */

import { Fault } from '../model/fault.js';
import { allDevices, currentDevice } from '../store/devices.js';
import { wipedState } from '../store/locking.js';
import { freePhotos, segmentsWait } from '../store/outbox.js';
import { readReturn } from '../store/planned_return.js';
import { noteSetting } from '../store/settings.js';
import { hasOpenVault, isLocked } from '../store/vault.js';
import { anyVisitOpen, newestVisits } from '../store/visits.js';
import { askTime, callsOf, Refused, serverNow } from './calls.js';
import { enrolSuccessor, handBackCertificate } from './enrol.js';
import { pullPack, reportState } from './pull.js';
import { pushChain } from './push.js';
import { uploadPhotos } from './upload.js';

/** @import { Ports } from '../model/ports.js' */
/** @import { Device } from '../store/devices.js' */
/** @import { Call, Server } from './calls.js' */

const SYNC = 'fieldcheck-sync';
const VISITS_REPORTED = 200;

/**
 * What a round came to: `done`, or the code of why it ended early; `reason` is the server's code where it said no.
 * @typedef {{code: string, reason?: string, at: number}} Outcome
 * @typedef {object} RoundTools
 * @property {Ports} ports
 * @property {Server} server
 * @property {<T>(name: string, work: () => Promise<T>) => Promise<T | null>} unlessBusy
 * @property {string} app
 * @property {() => Promise<object>} storage
 * @property {() => void} onProgress
 * @property {() => void} [onStart]  this tab has begun to work
 */

/**
 * Runs one round and keeps what it came to; null where another tab is at it. Never rejects: a failed round changes
 * nothing that is saved.
 * @param {RoundTools} tools
 * @returns {Promise<Outcome | null>}
 */
export function syncRound(tools) {
  return tools.unlessBusy(SYNC, async () => {
    tools.onStart?.();
    const outcome = await attempted(tools);
    await noteSetting('last_sync', outcome);
    if (outcome.code === 'done') await noteSetting('last_success', outcome.at);
    return outcome;
  });
}

/**
 * @param {RoundTools} tools
 * @returns {Promise<Outcome>}
 */
async function attempted(tools) {
  const at = tools.ports.clock.now();
  try {
    await round(tools);
    return { code: 'done', at };
  } catch (fault) {
    if (fault instanceof Refused) return { code: refusalOf(fault), reason: fault.reason, at };
    if (fault instanceof Fault) return { code: fault.code, at };
    return { code: 'trouble', reason: String(/** @type {Error} */ (fault)?.name ?? fault), at };
  }
}

/**
 * A full disk is said as such: people wait differently for a server that is busy and for one that somebody must free.
 * @param {Refused} fault
 */
function refusalOf(fault) {
  if (fault.reason === 'storage_full') return 'server_full';
  return fault.passing ? 'server_trouble' : 'refused';
}

/** @param {RoundTools} tools */
async function round(tools) {
  const { ports, server, onProgress } = tools;
  const devices = await allDevices();
  if (devices.length === 0) throw new Fault('not_enrolled');
  await askTime(ports, server);
  let refusal = await pushAll(tools, devices);
  const lines = await linesOf(ports, server);
  // Whoever waits for somebody must not wait for two hundred photos first.
  if (!(await isLocked()) && (await readReturn())?.told === false) await report(tools, lines);
  await uploadPhotos(ports, lines, async () => {
    onProgress();
    // A finding recorded meanwhile must not wait for two hundred photos.
    if (refusal || !(await segmentsWait())) return false;
    refusal = await pushAll(tools, await allDevices());
    return true;
  });
  await ending(tools, await withNewKey(tools, lines));
  if (refusal) throw refusal;
}

/**
 * Chains in the order in which this phone wrote them; one that ended gets its successor. A chain the server will not
 * hear blocks neither the other chains nor the photos: its refusal is told at the end.
 * @param {RoundTools} tools
 * @param {Device[]} devices
 * @returns {Promise<Refused | null>}
 */
async function pushAll({ ports, server, onProgress }, devices) {
  let refusal = null;
  for (const device of devices) {
    try {
      const ends = await pushKnown(ports, callsOf(ports, server, device), device);
      // A locked phone cannot make the key that its successor signs with: the next save point ends in the same place.
      if (ends && !(await isLocked())) await enrolSuccessor(ports, server, device);
    } catch (fault) {
      if (!(fault instanceof Refused) || fault.passing) throw fault;
      refusal = fault;
    }
    onProgress();
  }
  return refusal;
}

/**
 * A server restored from before this phone was enrolled does not know it: it hears of it again from its own certificate.
 * @param {Ports} ports
 * @param {Call} call
 * @param {Device} device
 */
async function pushKnown(ports, call, device) {
  try {
    return await pushChain(ports, call, device);
  } catch (fault) {
    if (!(fault instanceof Refused) || fault.reason !== 'device_unknown' || !device.certificate) throw fault;
  }
  await handBackCertificate(call, device.certificate);
  return pushChain(ports, call, device);
}

/**
 * @param {Ports} ports
 * @param {Server} server
 * @returns {Promise<Map<string, {device: Device, call: Call}>>}
 */
async function linesOf(ports, server) {
  const devices = await allDevices();
  return new Map(devices.map((device) => [device.device, { device, call: callsOf(ports, server, device) }]));
}

/**
 * A phone whose signing key is gone, or lies here without a lock from before there were any, goes on as its own successor.
 * An open visit is ended first on the chain that it began on.
 * @param {RoundTools} tools
 * @param {Map<string, {device: Device, call: Call}>} lines
 */
async function withNewKey({ ports, server }, lines) {
  const device = await currentDevice();
  if (!device || device.signing.wrapped || !(await hasOpenVault()) || (await anyVisitOpen())) return lines;
  await enrolSuccessor(ports, server, device);
  return linesOf(ports, server);
}

/**
 * @param {RoundTools} tools
 * @param {Map<string, {device: Device, call: Call}>} lines
 */
async function ending(tools, lines) {
  const current = [...lines.values()].find((line) => !line.device.closed);
  if (!current) return;
  // A phone that is locked, or wiped, could not conceal what it fetches. It sends, it reports, and it hears orders.
  if (!(await isLocked()) && !(await wipedState())) {
    await pullPack(callsOf(tools.ports, tools.server, current.device, { unlocked: true }));
  }
  await report(tools, lines);
  await freePhotos(await serverNow(tools.ports));
}

/**
 * @param {RoundTools} tools
 * @param {Map<string, {device: Device, call: Call}>} lines
 */
async function report({ ports, app, storage }, lines) {
  const current = [...lines.values()].find((line) => !line.device.closed);
  if (!current) return;
  const locked = await isLocked();
  const units = locked ? null : new Map((await newestVisits(VISITS_REPORTED)).map((one) => [one.visit, one.unit]));
  const devices = [...lines.values()].map((line) => line.device);
  await reportState(current.call, { app, storage: await storage(), units, devices, now: ports.clock.now() });
}
