/**
 * A picture that was just taken, looked at and covered (遮挡) before it is saved. It stands on a canvas, in memory alone; what
 * is drawn over it here is burned into the pixels when it is saved. By finger, by mouse, and by keys.
 */

import { html, nothing } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';

import { blockBetween, blockInSight, CELL, moved, newMask, redone, resized, undone, withBlock, withoutBlock } from '../../model/mask.js';
import { hiding, languages } from './frame.js';
import { primary } from './rows.js';

/** @import { Block, Mask } from '../../model/mask.js' */
/** @import { Remark } from '../../model/photo_look.js' */
/** @import { App } from '../app.js' */
/** @import { Moment, Slot } from '../photo_taking.js' */

/**
 * @typedef {{image: ImageBitmap, remarks: Remark[], slot: Slot, moment: Moment}} Taken  a picture that is not saved yet
 * @typedef {Taken & {mask: Mask, preview: Mask | null, chosen: number, zoom: number, panning: boolean,
 *   paint: (canvas?: Element) => void}} Held  the same with what is drawn over it; `preview` while a finger draws
 */

const ZOOMS = [1, 2, 4];
/** A touch that moves less than this is a tap, in pixels of the screen. */
const TAP = 6;
/** @type {Record<string, {right: number, down: number}>} */
const ARROWS = {
  ArrowLeft: { right: -1, down: 0 }, ArrowRight: { right: 1, down: 0 }, ArrowUp: { right: 0, down: -1 }, ArrowDown: { right: 0, down: 1 },
};

/**
 * @param {Taken} taken
 * @returns {Held}
 */
export function heldOf(taken) {
  const { image } = taken;
  return {
    ...taken, mask: newMask(image.width, image.height), preview: null, chosen: -1, zoom: 1, panning: false,
    paint: (canvas) => /** @type {HTMLCanvasElement | undefined} */ (canvas)?.getContext('2d')?.drawImage(image, 0, 0),
  };
}

/**
 * @param {App} app
 * @param {Held} held
 */
export function maskEditor(app, held) {
  const { t } = app;
  const { width, height, blocks } = held.preview ?? held.mask;
  return html`
    <div class="mask">
      <div class="viewfinder-top">
        <div class="viewfinder-head"><h1 class="mask-title" data-first tabindex="-1">${t('mask.title')}</h1>${languages(app)}${hiding(app)}</div>
        <p>${t('mask.unsaved')}</p>
        ${held.remarks.map((remark) => html`<p role="alert">${t(`mask.remark_${remark}`)}</p>`)}
      </div>
      <div class="mask-room">
        <div class=${held.panning ? 'mask-stage panning' : 'mask-stage'} role="group" aria-label=${t('mask.picture')}
          tabindex=${held.zoom > 1 ? '0' : '-1'}>
          <div class="mask-sheet" .style=${`--ratio: ${width / height}; --zoom: ${held.zoom}`}
            @pointerdown=${(/** @type {PointerEvent} */ event) => drag(app, held, event)}>
            <canvas aria-hidden="true" width=${width} height=${height} ${ref(held.paint)}></canvas>
            ${blocks.map((block, at) => blockButton(app, held, block, at))}
          </div>
        </div>
      </div>
    </div>`;
}

/**
 * @param {App} app
 * @param {Held} held
 * @param {Block} block
 * @param {number} at
 */
function blockButton(app, held, block, at) {
  const { width, height } = held.mask;
  const place = [block.x / width, block.y / height, block.width / width, block.height / height].map((part) => `${part * 100}%`);
  return html`<button class="mask-block" data-at=${at} aria-label=${app.t('mask.block', { at: at + 1, n: held.mask.blocks.length })}
    aria-describedby="mask-keys" .style=${`left: ${place[0]}; top: ${place[1]}; width: ${place[2]}; height: ${place[3]}`}
    @focus=${() => choose(app, held, at)} @keydown=${(/** @type {KeyboardEvent} */ event) => byKey(app, held, at, event)}>
    <span class="mask-corner" aria-hidden="true"></span></button>`;
}

/**
 * @param {App} app
 * @param {Held} held
 * @param {{save: () => Promise<void>, retake: () => void}} how
 */
export function maskThumb(app, held, { save, retake }) {
  const { t, shown } = app;
  const { mask } = held;
  const tool = (/** @type {string} */ key, /** @type {boolean} */ can, /** @type {() => void} */ work) => html`
    <button class="touch" ?disabled=${!can || shown.busy} @click=${work}>${t(key)}</button>`;
  return html`
    <p class="sr-only" id="mask-keys">${t('mask.keys')}</p>
    <div class="tools" role="toolbar" aria-label=${t('mask.tools')}>
      ${tool('mask.add', true, () => add(app, held))}
      ${tool('mask.remove', held.chosen in mask.blocks, () => remove(app, held))}
      ${tool('mask.undo', mask.past.length > 0, () => change(app, held, undone(mask)))}
      ${tool('mask.redo', mask.undone.length > 0, () => change(app, held, redone(mask)))}
      <button class="touch" @click=${() => zoom(app, held)}>${t('mask.zoom', { n: held.zoom })}</button>
      ${held.zoom === 1 ? nothing : html`<button class="touch" aria-pressed=${held.panning ? 'true' : 'false'} @click=${() => pan(app, held)}>${t('mask.pan')}</button>`}
    </div>
    <p class="sr-only" role="status">${t('mask.count', { n: mask.blocks.length })}</p>
    <div class="pair">
      <button class="wide touch" ?disabled=${shown.busy} @click=${retake}>${t('mask.retake')}</button>
      ${primary(app, t(mask.blocks.length ? 'mask.save_covered' : 'mask.save', { n: mask.blocks.length }), save)}
    </div>`;
}

/**
 * @param {App} app
 * @param {Held} held
 * @param {Mask} mask
 */
function change(app, held, mask) {
  held.mask = mask;
  if (!(held.chosen in mask.blocks)) held.chosen = -1;
  app.redraw();
}

/**
 * @param {App} app
 * @param {Held} held
 * @param {number} at
 */
function choose(app, held, at) {
  if (held.chosen === at) return;
  held.chosen = at;
  app.redraw();
}

/**
 * A block in the middle of what is seen, ready for the arrow keys.
 * @param {App} app
 * @param {Held} held
 */
function add(app, held) {
  const at = held.mask.blocks.length;
  change(app, held, withBlock(held.mask, blockInSight(held.mask, inSight(held.mask))));
  focusBlock(at);
}

/** @param {number} at */
function focusBlock(at) {
  /** @type {HTMLElement | null} */ (document.querySelector(`.mask-block[data-at="${at}"]`))?.focus();
}

/**
 * @param {App} app
 * @param {Held} held
 */
function remove(app, held) {
  change(app, held, withoutBlock(held.mask, held.chosen));
  focusBlock(held.mask.blocks.length - 1);
}

/**
 * @param {App} app
 * @param {Held} held
 * @param {number} at
 * @param {KeyboardEvent} event
 */
function byKey(app, held, at, event) {
  const by = ARROWS[event.key];
  if (by) change(app, held, event.shiftKey ? resized(held.mask, at, by) : moved(held.mask, at, by));
  else if (event.key === 'Delete' || event.key === 'Backspace') remove(app, held);
  else return;
  event.preventDefault();
  document.querySelector(`.mask-block[data-at="${at}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/**
 * The next size; what was in the middle stays there.
 * @param {App} app
 * @param {Held} held
 */
function zoom(app, held) {
  const seen = inSight(held.mask);
  held.zoom = ZOOMS[(ZOOMS.indexOf(held.zoom) + 1) % ZOOMS.length];
  held.panning = held.panning && held.zoom > 1;
  app.redraw();
  const { stage, sheet } = laidOut();
  const chosen = held.mask.blocks[held.chosen];
  const middle = chosen ?? seen;
  stage.scrollLeft = ((middle.x + middle.width / 2) / held.mask.width) * sheet.offsetWidth - stage.clientWidth / 2;
  stage.scrollTop = ((middle.y + middle.height / 2) / held.mask.height) * sheet.offsetHeight - stage.clientHeight / 2;
}

/**
 * @param {App} app
 * @param {Held} held
 */
function pan(app, held) {
  held.panning = !held.panning;
  app.redraw();
}

function laidOut() {
  return {
    stage: /** @type {HTMLElement} */ (document.querySelector('.mask-stage')),
    sheet: /** @type {HTMLElement} */ (document.querySelector('.mask-sheet')),
  };
}

/**
 * The part of the picture that is in sight, in its own pixels.
 * @param {{width: number, height: number}} picture
 * @returns {Block}
 */
function inSight({ width, height }) {
  const { stage, sheet } = laidOut();
  const scale = width / sheet.offsetWidth;
  const seen = { width: Math.min(width, stage.clientWidth * scale), height: Math.min(height, stage.clientHeight * scale) };
  return { x: Math.max(0, stage.scrollLeft) * scale, y: Math.max(0, stage.scrollTop) * scale, ...seen };
}

/**
 * A finger or mouse: on the picture it draws a block, on a block it moves it, on its corner it changes its size.
 * @param {App} app
 * @param {Held} held
 * @param {PointerEvent} event
 */
function drag(app, held, event) {
  if (held.panning || !event.isPrimary || app.shown.busy) return;
  const at = Number(/** @type {HTMLElement} */ (event.target).closest('.mask-block')?.getAttribute('data-at') ?? held.mask.blocks.length);
  const make = gesture(held.mask, at, /** @type {HTMLElement} */ (event.target), event);
  const move = (/** @type {PointerEvent} */ now) => {
    if (!held.preview && Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) < TAP) return;
    held.preview = make(now);
    app.redraw();
  };
  const end = (/** @type {PointerEvent} */ { type }) => {
    window.removeEventListener('pointermove', move);
    window.removeEventListener('pointerup', end);
    window.removeEventListener('pointercancel', end);
    const mask = type === 'pointerup' && held.preview ? held.preview : held.mask;
    held.preview = null;
    change(app, held, mask);
    focusBlock(at);
  };
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', end);
  window.addEventListener('pointercancel', end);
}

/**
 * What the mask becomes as the pointer goes on.
 * @param {Mask} mask
 * @param {number} at
 * @param {HTMLElement} target
 * @param {PointerEvent} begun
 * @returns {(now: PointerEvent) => Mask}
 */
function gesture(mask, at, target, begun) {
  const from = pointOn(mask, begun);
  if (!(at in mask.blocks)) return (now) => withBlock(mask, blockBetween(mask, from, pointOn(mask, now)));
  const change = target.classList.contains('mask-corner') ? resized : moved;
  return (now) => {
    const to = pointOn(mask, now);
    return change(mask, at, { right: Math.round((to.x - from.x) / CELL), down: Math.round((to.y - from.y) / CELL) });
  };
}

/**
 * @param {{width: number, height: number}} picture
 * @param {PointerEvent} event
 */
function pointOn({ width, height }, { clientX, clientY }) {
  const box = laidOut().sheet.getBoundingClientRect();
  return { x: ((clientX - box.left) / box.width) * width, y: ((clientY - box.top) / box.height) * height };
}
