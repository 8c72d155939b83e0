/**
 * The viewfinder: kind of photo on top, one shutter, camera app and gallery always one tap away. One tap saves; where
 * "look first" is on, the picture is looked at, covered or taken again before it is saved.
 */

import { html, nothing } from 'lit-html';

import { cameraStream, frameOf, hasTorch, lightTorch, pictureSource, restCamera, showCamera } from '../device/camera.js';
import { heldPicture } from '../device/photo_maker.js';
import { LOOKED_AT_FIRST, PHOTO_KINDS } from '../model/photo.js';
import { kindNeeds, slotNeed } from '../model/photo_needs.js';
import { DAY_PHOTOS } from '../model/readiness.js';
import { HERE, writeDraft } from '../store/drafts.js';
import { readSetting, writeSetting } from '../store/settings.js';
import { hiding, languages } from './parts/frame.js';
import { heldOf, maskEditor, maskThumb } from './parts/mask_editor.js';
import { roomForPhoto } from './photo_room.js';
import { momentOf, takePhoto } from './photo_taking.js';
import { openVisitContext } from './visit_context.js';

/** @import { Source } from '../device/photo_frame.js' */
/** @import { Block } from '../model/mask.js' */
/** @import { Remark } from '../model/photo_look.js' */
/** @import { Picture, PhotoSource } from '../model/photo.js' */
/** @import { App, Destination, Params, Screen, View } from './app.js' */
/** @import { Held } from './parts/mask_editor.js' */
/** @import { Moment, Slot } from './photo_taking.js' */
/** @import { VisitContext } from './visit_context.js' */

/**
 * @typedef {VisitContext & {params: Params, kind: string, household: string | null, question: string | null, next: Destination,
 *   lookFirst: Record<string, boolean>, held: Held | null, poor: boolean, torch: 'none' | 'off' | 'on',
 *   room: boolean, fit: number | null, camera: 'opening' | 'ready' | 'none'}} Model
 */

const LOOK_FIRST = 'look_first';

/** @type {Screen} */
export const cameraScreen = {
  load, view, typed: ['kind', 'camera', 'held', 'lookFirst', 'poor', 'torch', 'room', 'fit'], shown: openCamera, leave: restCamera, parent,
};

/** @param {Params} params */
function parent({ visit, household, from }) {
  if (from === 'household') return { screen: 'household', params: { visit, household } };
  return { screen: ['village', 'proposal', 'evidence'].includes(from) ? from : 'visit', params: { visit } };
}

/**
 * @param {App} app
 * @param {Params} params  `many`: one picture after the other, until "done"
 * @returns {Promise<Model | null>}
 */
async function load(app, params) {
  const [context, lookFirst = {}] = await Promise.all([openVisitContext(app, params.visit), readSetting(LOOK_FIRST)]);
  if (!context) return null;
  const { kind = 'place', question = null } = params;
  // A posted list belongs to the village, though a household asked for it.
  const household = params.shared ? null : params.household ?? null;
  return {
    ...context, params, kind, household, question, next: parent(params), lookFirst, held: null,
    poor: false, torch: 'none', room: true, fit: null, camera: 'opening',
  };
}

/**
 * @param {App} app
 * @param {Model} model
 * @returns {View}
 */
function view(app, model) {
  const { held } = model;
  if (held) {
    const retake = () => { void drop(app, model); };
    return { main: maskEditor(app, held), thumb: maskThumb(app, held, { save: () => saveHeld(app, model), retake }), immersive: true };
  }
  const { t } = app;
  const main = html`
    <div class="viewfinder">
      <video id="viewfinder" playsinline muted autoplay aria-label=${t('camera.viewfinder')}></video>
      <div class="viewfinder-top">
        <h1 class="sr-only" data-first tabindex="-1">${t('camera.title')}</h1>
        <div class="viewfinder-head"><label for="kind">${t('camera.kind')}</label>${languages(app)}${hiding(app)}</div>
        ${kinds(app, model)}
        <label class="look-first"><input type="checkbox" .checked=${looksFirst(model)} @change=${() => switchLook(app, model)}>
          ${t('camera.look_first')}</label>
        ${looksFirst(model) ? nothing : html`<p>${t('camera.as_it_is')}</p>`}
        ${remarksOnTop(app, model)}
      </div>
    </div>`;
  return { main, thumb: controls(app, model), immersive: true };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function kinds(app, model) {
  const { t } = app;
  const needs = kindNeeds(model.visit, model.checklist);
  const need = slotNeed(model.visit, model);
  return html`
    <select id="kind" class="touch" @change=${(/** @type {Event} */ event) => chooseKind(app, model, event)}>
      ${PHOTO_KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === model.kind}>
        ${t(needs[kind].wanted ? 'camera.kind_wanted' : 'camera.kind_taken', { kind: t(`kind.${kind}`), ...needs[kind] })}</option>`)}
    </select>
    ${need ? html`<p>${t(model.household ? 'camera.need_household' : 'camera.need_question', need)}</p>` : nothing}`;
}

/**
 * @param {App} app
 * @param {Model} model
 */
function remarksOnTop({ t, shown }, model) {
  return html`
    ${shown.resumed ? html`<p>${t('camera.resumed')}</p>` : nothing}
    ${model.camera === 'none' ? html`<p>${t('camera.none')}</p>` : nothing}
    ${model.room && model.fit !== null && model.fit < DAY_PHOTOS ? html`<p>${t('camera.fit', { n: model.fit })}</p>` : nothing}
    ${model.room ? nothing : html`<p role="alert">${t('fault.no_room')}</p>`}`;
}

/**
 * @param {App} app
 * @param {Model} model
 */
function controls(app, model) {
  const { t, shown } = app;
  const closed = shown.busy || !model.room;
  const done = model.poor ? 'camera.keep' : model.params.many ? 'camera.done' : 'app.back';
  return html`
    <div class="shutter-row">
      ${model.torch === 'none' ? html`<span></span>` : html`<button class="touch torch" aria-pressed=${model.torch === 'on' ? 'true' : 'false'}
        @click=${() => switchTorch(app, model)}>${t('camera.torch')}</button>`}
      <button class="shutter" aria-label=${t('camera.shutter')} ?disabled=${closed || model.camera !== 'ready'}
        @click=${() => shoot(app, model)}></button>
      <span></span>
    </div>
    <p class="shutter-word" role="status">${t(shown.busy ? 'camera.saving' : 'camera.count', { n: model.visit.photos.length })}</p>
    <div class="pair three">
      <button class="wide touch" @click=${() => app.back()}>${t(done)}</button>
      ${filePick(app, model, 'app', closed)}
      ${filePick(app, model, 'file', closed)}
    </div>
  `;
}

/**
 * @param {App} app
 * @param {Model} model
 * @param {'app' | 'file'} source
 * @param {boolean} closed
 */
function filePick(app, model, source, closed) {
  const pick = (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const file = input.files?.[0];
    input.value = '';
    return file ? taken(app, model, source, async () => file) : undefined;
  };
  return html`
    <label class="button wide touch file">
      ${app.t(`camera.from_${source}`)}
      ${source === 'app'
        ? html`<input class="sr-only" type="file" accept="image/*" capture="environment" ?disabled=${closed} @change=${pick}>`
        : html`<input class="sr-only" type="file" accept="image/*,.heic,.heif" ?disabled=${closed} @change=${pick}>`}
    </label>`;
}

/**
 * The screen's place was written down before it opened, so a page that the camera kills comes back to this very slot.
 * @param {App} app
 * @param {Model} model
 */
async function openCamera(app, model) {
  const video = /** @type {HTMLVideoElement | null} */ (document.querySelector('#viewfinder'));
  if (!video) return;
  showCamera(() => openCamera(app, model));
  // Trying the room takes a slow phone as long as opening the camera does: both at once, behind a viewfinder that stands.
  const looked = roomForPhoto(app);
  try {
    const stream = await cameraStream();
    if (!video.isConnected) return;
    if (video.srcObject !== stream) video.srcObject = stream;
    await video.play();
    Object.assign(model, { camera: 'ready', torch: hasTorch() ? 'off' : 'none' });
  } catch {
    // Not allowed, not there, or taken by another app: the files beside the shutter do the same work.
    model.camera = 'none';
  }
  Object.assign(model, await looked);
  app.redraw();
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function switchTorch(app, model) {
  const on = model.torch === 'off';
  if (await lightTorch(on)) model.torch = on ? 'on' : 'off';
  else model.torch = 'none';
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
  await writeDraft(HERE, here(model));
}

/**
 * This very screen, with the kind that was chosen.
 * @param {Model} model
 * @returns {Destination}
 */
function here({ params, kind }) {
  return { screen: 'camera', params: { ...params, kind } };
}

/** @param {Pick<Model, 'lookFirst' | 'kind'>} model */
function looksFirst({ lookFirst, kind }) {
  return lookFirst[kind] ?? LOOKED_AT_FIRST.includes(kind);
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function switchLook(app, model) {
  model.lookFirst = { ...model.lookFirst, [model.kind]: !looksFirst(model) };
  app.redraw();
  await writeSetting(LOOK_FIRST, model.lookFirst);
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
 * @param {PhotoSource} source
 * @param {() => Promise<Source>} take
 */
function taken(app, model, source, take) {
  app.shown.resumed = false;
  model.poor = false;
  const { visit: { visit }, kind, household, question } = model;
  const slot = { visit, kind, household, question, source };
  const moment = momentOf(app, slot);
  return app.act(async () => {
    if (!looksFirst(model)) return save(app, model, slot, take, { moment });
    model.held = heldOf({ ...(await heldPicture(app.photoWorker, take)), slot, moment });
    restCamera();
    app.redraw();
    toHeading();
  });
}

/**
 * @param {App} app
 * @param {Model} model
 */
function saveHeld(app, model) {
  const { image, slot, moment, mask } = /** @type {Held} */ (model.held);
  // A copy goes to the worker: if saving fails the picture is still here to be saved again.
  return save(app, model, slot, () => createImageBitmap(image), { moment, blocks: mask.blocks });
}

/**
 * A picture with a remark leaves the viewfinder open, so that another can be taken at once.
 * @param {App} app
 * @param {Model} model
 * @param {Slot} slot
 * @param {() => Promise<Source>} take
 * @param {{moment: Moment, blocks?: Block[]}} held
 */
async function save(app, model, slot, take, held) {
  const looked = model.held !== null;
  const stays = (/** @type {Remark[]} */ remarks) => Boolean(model.params.many) || (remarks.length > 0 && !looked);
  const { picture, count, next } = await takePhoto(app, slot, take, ({ remarks }) => (stays(remarks) ? here(model) : model.next), held);
  model.held?.image.close();
  model.held = null;
  sayHow(app, picture, count);
  if (!stays(picture.remarks)) return app.go(next.screen, next.params, { history: 'replace' });
  model.poor = picture.remarks.length > 0;
  // What was said is read first; the counts, and the room for another, follow.
  app.redraw();
  await app.reload();
  return openCamera(app, model);
}

/**
 * @param {App} app
 * @param {Picture} picture
 * @param {number} n
 */
function sayHow(app, { mime, remarks: [remark], bytes }, n) {
  // What this browser cannot open it cannot show either.
  if (mime !== 'image/jpeg') app.say('said.photo_as_it_came', { n });
  else app.say(remark ? `said.photo_${remark}` : 'said.photo', { n }, URL.createObjectURL(new Blob([bytes], { type: mime })));
}

/**
 * The picture was not saved, and is gone.
 * @param {App} app
 * @param {Model} model
 */
function drop(app, model) {
  model.held?.image.close();
  model.held = null;
  app.redraw();
  toHeading();
  return openCamera(app, model);
}

/** What has changed under one's thumb is said, and where the keys go on from. */
function toHeading() {
  /** @type {HTMLElement | null} */ (document.querySelector('[data-first]'))?.focus({ preventScroll: true });
}
