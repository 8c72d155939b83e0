/** The viewfinder: kind of photo on top, one shutter, a file always one tap away. */

import { html, nothing } from 'lit-html';

import { cameraStream, closeCamera, frameOf, pictureSource } from '../device/camera.js';
import { PHOTO_KINDS } from '../model/photo.js';
import { DAY_PHOTOS } from '../model/readiness.js';
import { languages } from './parts/frame.js';
import { roomForPhoto } from './photo_room.js';
import { takePhoto } from './photo_taking.js';
import { openVisitContext } from './visit_context.js';

/** @import { Source } from '../device/photo_frame.js' */
/** @import { App, Destination, Params, Screen, View } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/**
 * @typedef {VisitContext & {kind: string, household: string | null, question: string | null, next: Destination,
 *   room: boolean, fit: number | null, camera: 'opening' | 'ready' | 'none'}} Model
 */

/** @type {Screen} */
export const cameraScreen = { load, view, typed: ['kind', 'camera'], shown: openCamera, leave: closeCamera, parent };

/** @param {Params} params */
function parent({ visit, household, from }) {
  if (from === 'household') return { screen: 'household', params: { visit, household } };
  return { screen: ['village', 'proposal'].includes(from) ? from : 'visit', params: { visit } };
}

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, params) {
  const context = await openVisitContext(app, params.visit);
  if (!context) return null;
  const { kind = 'place', question = null } = params;
  // A posted list belongs to the village, though a household asked for it.
  const household = params.shared ? null : params.household ?? null;
  return { ...context, kind, household, question, next: parent(params), ...(await roomForPhoto(app)), camera: 'opening' };
}

/**
 * @param {App} app
 * @param {Model} model
 * @returns {View}
 */
function view(app, model) {
  const { t, shown } = app;
  const main = html`
    <div class="viewfinder">
      <video id="viewfinder" playsinline muted autoplay aria-label=${t('camera.viewfinder')}></video>
      <div class="viewfinder-top">
        <h1 class="sr-only" data-first tabindex="-1">${t('camera.title')}</h1>
        <div class="viewfinder-head"><label for="kind">${t('camera.kind')}</label>${languages(app)}</div>
        <select id="kind" class="touch" @change=${(/** @type {Event} */ event) => chooseKind(app, model, event)}>
          ${PHOTO_KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === model.kind}>${t(`kind.${kind}`)}</option>`)}
        </select>
        ${shown.resumed ? html`<p>${t('camera.resumed')}</p>` : nothing}
        ${model.camera === 'none' ? html`<p>${t('camera.none')}</p>` : nothing}
        ${model.room && model.fit !== null && model.fit < DAY_PHOTOS ? html`<p>${t('camera.fit', { n: model.fit })}</p>` : nothing}
        ${model.room ? nothing : html`<p role="alert">${t('fault.no_room')}</p>`}
      </div>
    </div>`;
  return { main, thumb: controls(app, model), immersive: true };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function controls(app, model) {
  const { t, shown } = app;
  const closed = shown.busy || !model.room;
  return html`
    <button class="shutter" aria-label=${t('camera.shutter')} ?disabled=${closed || model.camera !== 'ready'}
      @click=${() => shoot(app, model)}></button>
    <p class="shutter-word" role="status">${t(shown.busy ? 'camera.saving' : 'camera.count', { n: model.visit.photos.length })}</p>
    <div class="pair">
      <button class="wide touch" @click=${() => app.back()}>${t('app.back')}</button>
      <label class="button wide touch file">
        ${t('camera.file')}
        <input class="sr-only" type="file" accept="image/*" ?disabled=${closed}
          @change=${(/** @type {Event} */ event) => pick(app, model, event)}>
      </label>
    </div>
  `;
}

/**
 * The screen's place was written down before it opened, so a page that the camera kills comes back to this very slot.
 * @param {App} app
 * @param {Model} model
 */
async function openCamera(app, model) {
  const video = /** @type {HTMLVideoElement | null} */ (document.querySelector('#viewfinder'));
  try {
    const stream = await cameraStream();
    if (!video?.isConnected) return;
    video.srcObject = stream;
    await video.play();
    model.camera = 'ready';
  } catch {
    // Not allowed, not there, or taken by another app: the file beside the shutter does the same work.
    model.camera = 'none';
  }
  app.redraw();
}

/**
 * @param {App} app
 * @param {Model} model
 * @param {Event} event
 */
async function chooseKind(app, model, event) {
  model.kind = /** @type {HTMLSelectElement} */ (event.target).value;
  app.redraw();
}

/**
 * @param {App} app
 * @param {Model} model
 */
function shoot(app, model) {
  const video = /** @type {HTMLVideoElement} */ (document.querySelector('#viewfinder'));
  return taken(app, model, pictureSource(), () => frameOf(video));
}

/**
 * @param {App} app
 * @param {Model} model
 * @param {Event} event
 */
function pick(app, model, event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const file = input.files?.[0];
  input.value = '';
  return file ? taken(app, model, 'file', async () => file) : undefined;
}

/**
 * @param {App} app
 * @param {Model} model
 * @param {'camera' | 'file' | 'demo'} source
 * @param {() => Promise<Source>} take
 */
function taken(app, { visit, kind, household, question, next }, source, take) {
  app.shown.resumed = false;
  return app.act(async () => {
    const slot = { visit: visit.visit, kind, household, question, source };
    const { picture, count } = await takePhoto(app, slot, take, next);
    app.say('said.photo', { n: count }, URL.createObjectURL(new Blob([picture.jpeg], { type: 'image/jpeg' })));
    await app.go(next.screen, next.params, { history: 'replace' });
  });
}
