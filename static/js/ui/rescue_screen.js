/** The rescue file (救援文件): what has not arrived, sealed as it is, to be carried to the office by hand. */

import { html, nothing } from 'lit-html';

import { canShare, fileOf, share } from '../device/files.js';
import { rescueName } from '../model/rescue_file.js';
import { currentDevice } from '../store/devices.js';
import { waitingBytes, waitingCounts } from '../store/outbox.js';
import { lastRescue, noteRescue, rescuePieces } from '../store/rescue.js';
import { clockTime, shortDate, sizeWords } from './parts/moments.js';
import { primary, secondary } from './parts/rows.js';

/** @import { App, Screen } from './app.js' */

/**
 * @typedef {{waiting: {segments: number, photos: number, bytes: number}, last: {at: number | null, since: number},
 *   made: {file: File, url: string, at: number} | null}} Model
 */

/** @type {string | null} */
let address = null;

/** @type {Screen} */
export const rescueScreen = { load, view, typed: ['made'], leave: letGo, parent: () => ({ screen: 'sync' }) };

/** @returns {Promise<Model>} */
async function load() {
  const [waiting, bytes, last] = await Promise.all([waitingCounts(), waitingBytes(), lastRescue()]);
  return { waiting: { ...waiting, bytes }, last, made: null };
}

/** The browser keeps the file as long as it has an address. */
function letGo() {
  if (address) URL.revokeObjectURL(address);
  address = null;
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const { waiting, last, made } = model;
  const main = html`
    <h1 data-first tabindex="-1">${t('rescue_file.title')}</h1>
    <p>${t('rescue_file.words')}</p>
    <section class="card">
      ${waiting.segments + waiting.photos === 0 ? html`<p>${t('rescue_file.nothing')}</p>` : html`
        <p>${t('sync.waiting_records', { n: waiting.segments })}</p>
        <p>${t('sync.waiting_photos', { n: waiting.photos })}</p>
        <p class="muted">${t('sync.waiting_bytes', { size: sizeWords(waiting.bytes) })}</p>`}
      ${last.at ? html`<p class="muted">${t('rescue_file.last', { time: `${shortDate(last.at)} ${clockTime(last.at)}` })}
        ${last.since ? t('rescue_file.since', { n: last.since }) : nothing}</p>` : nothing}
    </section>
    ${made ? html`
      <section class="card" role="status">
        <p>${t('rescue_file.made', { name: made.file.name, size: sizeWords(made.file.size) })}</p>
        <p>${t('rescue_file.take_out')}</p>
        <a class="button primary wide touch" href=${made.url} download=${made.file.name} @click=${() => taken(app, made.at)}>${t('rescue_file.download')}</a>
        ${canShare(made.file) ? secondary(app, t('rescue_file.share'), async () => {
          if (await share(made.file)) await taken(app, made.at);
        }) : nothing}
      </section>` : nothing}
    <p class="muted small">${t('rescue_file.still_here')}</p>
  `;
  if (made || waiting.segments + waiting.photos === 0) return { main };
  return { main, thumb: primary(app, t(app.shown.busy ? 'rescue_file.making' : 'rescue_file.make'), () => make(app, model)) };
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function make(app, model) {
  const device = await currentDevice();
  if (!device) return;
  const at = app.ports.clock.now();
  const file = await fileOf(rescuePieces(app.ports, { device: device.device, app: app.version }), rescueName(device.device, at));
  letGo();
  address = URL.createObjectURL(file);
  model.made = { file, url: address, at };
}

/**
 * @param {App} app
 * @param {number} at
 */
async function taken(app, at) {
  await noteRescue(at);
  await app.reload();
}
