/** Changes the PIN or passphrase: the old one once, the new one twice. In the field people look on, so none can be read. */

import { html, nothing } from 'lit-html';

import { changeSecret } from '../store/locking.js';
import { readLock } from '../store/vault.js';
import { wrongSecret } from './parts/lock_trouble.js';
import { isGoodSecret, worthOf } from './parts/new_secret.js';
import { field, primary } from './parts/rows.js';

/** @import { App, Screen } from './app.js' */
/** @import { Trouble } from './parts/lock_trouble.js' */

/** @typedef {{old: string, secret: string, again: string, trouble: Trouble | null}} Model  kept in memory alone, never in a draft */
/** @typedef {'old' | 'secret' | 'again'} Name */

/** @type {Screen} */
export const pinScreen = { load, view, typed: ['old', 'secret', 'again', 'trouble'], parent: () => ({ screen: 'readiness' }) };

/**
 * @param {App} app
 * @returns {Promise<Model | null>}
 */
async function load(app) {
  if (await readLock()) return { old: '', secret: '', again: '', trouble: null };
  await app.go('readiness', {}, { history: 'replace' });
  return null;
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const { secret, again, trouble } = model;
  const differ = again !== '' && !secret.startsWith(again);
  const main = html`
    <h1 data-first tabindex="-1">${t('lock.change_title')}</h1>
    <p>${t('lock.change_words')}</p>
    ${hidden(app, model, 'old', t('lock.change_old'))}
    ${trouble ? html`<p class="fault" role="alert">${t(trouble.key, trouble.values)}</p>` : nothing}
    ${hidden(app, model, 'secret', t('lock.change_new'), t('lock.change_rules'))}
    ${worthOf(app, secret)}
    ${hidden(app, model, 'again', t('lock.change_again'))}
    <p class="small" role="status">${differ ? t('lock.change_differ') : nothing}</p>
  `;
  return { main, thumb: primary(app, t('lock.change_go'), () => change(app, model), { disabled: !isReady(model) }) };
}

/**
 * @param {App} app
 * @param {Model} model
 * @param {Name} name
 * @param {string} label
 * @param {string} [hint]
 */
function hidden(app, model, name, label, hint) {
  const onInput = (/** @type {string} */ typed) => {
    Object.assign(model, { [name]: typed, trouble: name === 'old' ? null : model.trouble });
    app.redraw();
  };
  // Told that this is a code for once, no browser offers to keep it.
  const onEnter = name === 'again' ? () => void app.act(() => change(app, model)) : undefined;
  return field({ id: `pin-${name}`, label, hint, value: model[name], onInput, onEnter, complete: 'one-time-code', hidden: true });
}

/** @param {Model} model */
function isReady({ old, secret, again }) {
  return old !== '' && secret === again && isGoodSecret(secret);
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function change(app, model) {
  if (!isReady(model)) return;
  const came = await changeSecret(app.ports, model.old, model.secret);
  model.old = '';
  if (came === 'wiped') return app.uncover();
  if (came === 'wrong') {
    model.trouble = await wrongSecret(app);
    app.redraw();
    return document.getElementById('pin-old')?.focus();
  }
  app.say('said.secret_changed');
  return app.go('readiness', {}, { history: 'replace' });
}
