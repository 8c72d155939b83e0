/**
 * What covers the app: a plain page that says nothing, and behind its one button the question for PIN or passphrase. It
 * pretends to be nothing else.
 */

import { html, nothing } from 'lit-html';

import { counts } from '../store/outbox.js';
import { unlock, wipe } from '../store/locking.js';
import { isLocked } from '../store/vault.js';
import { wrongSecret } from './parts/lock_trouble.js';

/** @import { App, Screen } from './app.js' */
/** @import { Trouble } from './parts/lock_trouble.js' */

/**
 * @typedef {object} Model
 * @property {'cover' | 'ask' | 'forgot'} step
 * @property {string} secret
 * @property {boolean} trying
 * @property {Trouble | null} trouble
 * @property {number} waiting  records and photos that have not arrived
 */

/** @type {Screen} */
export const lockedScreen = { load: async (_app, { step = 'cover' }) => lockedModel(step), view, parent: () => null };

/**
 * @param {Model['step']} step
 * @returns {Model}
 */
export function lockedModel(step) {
  return { step, secret: '', trying: false, trouble: null, waiting: 0 };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const steps = { cover, ask, forgot };
  return { main: html`<div class="plain">${steps[model.step](app, model)}</div>`, bare: true };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function cover(app, model) {
  const { t } = app;
  const open = async () => {
    await app.covered();
    if (!(await isLocked())) return app.uncover();
    model.step = 'ask';
    app.redraw();
    document.getElementById('secret')?.focus();
  };
  return html`
    <h1 data-first tabindex="-1">${t('lock.cover')}</h1>
    <p class="muted">${t('lock.cover_empty')}</p>
    <button class="wide touch" @click=${open}>${t('lock.cover_open')}</button>
  `;
}

/**
 * @param {App} app
 * @param {Model} model
 */
function ask(app, model) {
  const { t } = app;
  const { trouble } = model;
  const typed = (/** @type {Event} */ event) => {
    Object.assign(model, { secret: /** @type {HTMLInputElement} */ (event.target).value, trouble: null });
    app.redraw();
  };
  const entered = (/** @type {KeyboardEvent} */ event) => event.key === 'Enter' && !event.isComposing && attempt(app, model);
  // Told that this is a code for once, no browser offers to keep it.
  return html`
    <h1 data-first tabindex="-1">${t('phone_name')}</h1>
    <div class="field">
      <label for="secret">${t('lock.secret')}</label>
      <input id="secret" type="password" autocomplete="one-time-code" enterkeyhint="go" .value=${model.secret}
        aria-describedby=${trouble ? 'trouble' : nothing} @input=${typed} @keydown=${entered}>
    </div>
    ${trouble ? html`<p class="fault" role="alert" id="trouble">${t(trouble.key, trouble.values)}</p>` : nothing}
    <button class="primary wide touch" id="unlock" ?disabled=${model.trying || model.secret === ''}
      @click=${() => attempt(app, model)}>${t(model.trying ? 'lock.opening' : 'lock.open')}</button>
    <button class="quiet touch" @click=${() => forgets(app, model)}>${t('lock.forgot')}</button>
  `;
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function attempt(app, model) {
  if (model.trying || model.secret === '') return;
  Object.assign(model, { trying: true, trouble: null });
  app.redraw();
  const came = await unlock(app.ports, model.secret).catch((fault) => fault);
  Object.assign(model, { trying: false, secret: '' });
  if (came === 'open' || came === 'wiped') return app.uncover();
  model.trouble = came === 'wrong' ? await wrongSecret(app) : { key: came.code === 'lock_wait' ? 'fault.lock_wait' : 'lock.trouble', values: came.values };
  app.redraw();
  document.getElementById('secret')?.focus();
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function forgets(app, model) {
  Object.assign(model, { step: 'forgot', waiting: (await counts()).waiting });
  app.redraw();
}

/**
 * @param {App} app
 * @param {Model} model
 */
function forgot(app, model) {
  const { t } = app;
  const back = () => {
    model.step = 'ask';
    app.redraw();
  };
  const giveUp = async () => {
    await wipe('forgotten', app.ports.clock.now());
    await app.uncover();
  };
  return html`
    <h1 data-first tabindex="-1">${t('lock.forgot_title')}</h1>
    <p>${t('lock.forgot_lost')}</p>
    <p>${t(model.waiting ? 'lock.forgot_kept' : 'lock.wiped_arrived', { n: model.waiting })}</p>
    <p>${t('lock.forgot_network')}</p>
    <button class="wide touch" @click=${back}>${t('lock.forgot_back')}</button>
    <button class="quiet touch" @click=${giveUp}>${t('lock.forgot_go')}</button>
  `;
}
