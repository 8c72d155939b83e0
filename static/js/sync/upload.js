/** Photos to the server by tus 1.0.0: the offset is asked, never assumed; a broken piece costs at most itself. */

import { base64, utf8 } from '../model/bytes.js';
import { FIRST_CHUNK, nextChunk } from '../model/pace.js';
import { keepPhoto, photoBytes, photosToSend } from '../store/outbox.js';
import { Refused } from './calls.js';

/** @import { Ports } from '../model/ports.js' */
/** @import { Device } from '../store/devices.js' */
/** @import { Photo } from '../store/outbox.js' */
/** @import { Call } from './calls.js' */
/** @import { Reply } from './transport.js' */

const TUS = { 'Tus-Resumable': '1.0.0' };
const PHOTOS = '/api/v1/photos';
const RECEIPT_TYPE = 'fc-receipt';
/** Failures in a row at one place before the link counts as gone. */
const PATIENCE = 3;

/**
 * Sends every photo that waits, the urgent first. One that is refused is stepped over and listed; a dead link ends the
 * round. What waits is read once, and anew when `between` says that something was recorded meanwhile: reading it after each
 * photo would take a phone with thousands of them longer and longer.
 * @param {Ports} ports
 * @param {Map<string, {device: Device, call: Call}>} lines by device
 * @param {() => Promise<boolean>} between after each photo; true where more may wait than before
 */
export async function uploadPhotos(ports, lines, between) {
  let chunk = FIRST_CHUNK;
  const tried = new Set();
  /** @type {Refused[]} */
  const troubles = [];
  for (let waiting = await untried(lines, tried); waiting.length; waiting = await untried(lines, tried)) {
    for (const photo of waiting) {
      tried.add(photo.sealed);
      const line = /** @type {{device: Device, call: Call}} */ (lines.get(photo.device));
      try {
        chunk = await uploadPhoto(line.call, photo, chunk);
        await fetchReceipt(ports, line.call, line.device, photo);
      } catch (fault) {
        if (!(fault instanceof Refused) || fault.status === 401) throw fault;
        if (!fault.passing) await keepPhoto(photo.sealed, { stuck: fault.reason });
        // One photo that the server cannot bear must not stand before all others; a server in trouble is left alone.
        else if (troubles.push(fault) === PATIENCE || !(fault.unsettled || fault.status === 500)) throw fault;
      }
      if (await between()) break;
    }
  }
  if (troubles.length) throw troubles[0];
}

/**
 * @param {Map<string, {device: Device, call: Call}>} lines
 * @param {Set<string>} tried in this round
 * @returns {Promise<Photo[]>}
 */
async function untried(lines, tried) {
  return (await photosToSend()).filter((one) => lines.has(one.device) && !tried.has(one.sealed));
}

/**
 * @param {Call} call
 * @param {Photo} photo
 * @param {number} chunk size of the first piece
 * @returns {Promise<number>} the size that worked last
 */
async function uploadPhoto(call, photo, chunk) {
  const bytes = await photoBytes(photo.sealed);
  if (!bytes) throw new Refused(410, 'photo_gone_here');
  let { upload, offset } = (await resumed(call, photo)) ?? (await created(call, photo));
  let failures = 0;
  while (offset < bytes.byteLength) {
    const began = performance.now();
    try {
      offset = await patch(call, upload, offset, bytes.slice(offset, offset + chunk));
      chunk = nextChunk(chunk, performance.now() - began);
      failures = 0;
    } catch (fault) {
      failures += 1;
      if (failures === PATIENCE || (fault instanceof Refused && !fault.passing)) throw fault;
      chunk = nextChunk(chunk, null);
      ({ upload, offset } = (await resumed(call, { ...photo, upload })) ?? (await created(call, photo)));
    }
  }
  return chunk;
}

/**
 * How far an upload begun earlier has come, or null where there is none any more.
 * @param {Call} call
 * @param {Photo} photo
 */
async function resumed(call, { upload }) {
  if (!upload) return null;
  const reply = await call({ method: 'HEAD', path: upload, headers: TUS }, [403, 404, 410]);
  return reply.status < 300 ? { upload, offset: offsetIn(reply) } : null;
}

/**
 * Announces the bytes; the server answers with where they go, and with the full length where it holds them already.
 * @param {Call} call
 * @param {Photo} photo
 */
async function created(call, photo) {
  const metadata = { sha256: photo.sealed, visit: photo.visit };
  const reply = await call({
    method: 'POST', path: PHOTOS, headers: {
      ...TUS, 'Upload-Length': String(photo.size),
      'Upload-Metadata': Object.entries(metadata).map(([key, value]) => `${key} ${base64(utf8(value))}`).join(','),
    },
  });
  const upload = pathOf(reply.header('Location') ?? '');
  await keepPhoto(photo.sealed, { upload });
  return { upload, offset: offsetIn(reply) };
}

/**
 * @param {Call} call
 * @param {string} upload
 * @param {number} offset
 * @param {ArrayBuffer} piece
 */
async function patch(call, upload, offset, piece) {
  const headers = { ...TUS, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' };
  return offsetIn(await call({ method: 'PATCH', path: upload, headers, body: piece }));
}

/** @param {Reply} reply */
function offsetIn(reply) {
  return Number(reply.header('Upload-Offset') ?? 0);
}

/**
 * A Location may be a whole address, and behind a proxy its host can be the inner one.
 * @param {string} location
 */
function pathOf(location) {
  return location.replace(/^https?:\/\/[^/]+/, '');
}

/**
 * Asks for the receipt of a photo that was sent. Not held after all: it is sent anew next time. Message not there yet:
 * it goes on waiting.
 * @param {Ports} ports
 * @param {Call} call
 * @param {Device} device
 * @param {Photo} photo
 */
async function fetchReceipt({ crypto }, call, device, photo) {
  const reply = await call({ method: 'GET', path: `${PHOTOS}/by-hash/${photo.sealed}/receipt` }, [404, 409]);
  if (reply.status === 404) return keepPhoto(photo.sealed, { upload: null });
  if (reply.status === 409) return undefined;
  const { receipt } = JSON.parse(reply.text);
  const claims = await crypto.verify(receipt, device.server.sig, RECEIPT_TYPE);
  const holds = claims?.photo === photo.sealed && claims.size === photo.size && claims.verified === true;
  return keepPhoto(photo.sealed, holds ? { receipt } : { stuck: 'receipt_invalid' });
}
