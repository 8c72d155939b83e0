/**
 * The only place from which this app calls its server. A request is given up when nothing moves for a while, never
 * because the whole took long: a slow link is not a broken one (pitfall 14).
 */

import { standIns } from '../device/stand_ins.js';
import { Fault } from '../model/fault.js';

/**
 * @typedef {{method: string, path: string, headers?: Record<string, string>, body?: string | ArrayBuffer}} Request
 * @typedef {{status: number, header: (name: string) => string | null, text: string}} Reply
 * @typedef {(request: Request) => Promise<Reply>} Transport  rejects with Fault `unreachable` where no answer came
 */

const STALL_MS = 30000;

/**
 * Requests by XMLHttpRequest: unlike fetch it tells when bytes move upwards, which is what a stall is judged by.
 * @param {() => string} language of the sentences in the server's answers
 * @param {number} [stallMs]
 * @returns {Transport}
 */
export function browserTransport(language, stallMs = STALL_MS) {
  return ({ method, path, headers = {}, body }) => new Promise((resolve, reject) => {
    const xhr = standIns ? new standIns.Request() : new XMLHttpRequest();
    /** @type {ReturnType<typeof setTimeout>} */
    let stall;
    const moved = () => {
      clearTimeout(stall);
      stall = setTimeout(() => xhr.abort(), stallMs);
    };
    const failed = () => {
      clearTimeout(stall);
      reject(new Fault('unreachable'));
    };
    xhr.open(method, path);
    xhr.setRequestHeader('Accept-Language', language());
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = moved;
    xhr.onprogress = moved;
    xhr.onerror = failed;
    xhr.onabort = failed;
    xhr.onload = () => {
      clearTimeout(stall);
      resolve({ status: xhr.status, header: (name) => xhr.getResponseHeader(name), text: xhr.responseText });
    };
    moved();
    xhr.send(body ?? null);
  });
}
