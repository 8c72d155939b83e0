/** A phone without a PIN: one enrolled before there were any, or one whose keys were destroyed, and how it goes on. */

import { html, nothing } from 'lit-html';

import { counts } from '../store/outbox.js';
import { setLock, wipedState } from '../store/locking.js';
import { readLock } from '../store/vault.js';
import { anyVisitOpen } from '../store/visits.js';
import { isGoodSecret, newSecret } from './parts/new_secret.js';
import { syncSentence } from './parts/moments.js';
import { primary, secondary } from './parts/rows.js';

/** @import { Wiped } from '../store/locking.js' */
/** @import { App, Screen } from './app.js' */

/** @typedef {{secret: string, wiped: Wiped | null, set: boolean, open: boolean, waiting: number}} Model  `set`: the new one is */

/** @type {Screen} */
export const secretScreen = { load, view, typed: ['secret'], parent: () => null };

/**
 * @param {App} app
 * @returns {Promise<Model | null>}
 */
async function load(app) {
  const [wiped, lock, open, { waiting }] = await Promise.all([wipedState(), readLock(), anyVisitOpen(), counts()]);
  if (lock && !wiped) {
    await app.uncover();
    return null;
  }
  return { secret: '', wiped, set: lock !== undefined, open, waiting };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const { wiped, set, secret } = model;
  const ordered = wiped?.why === 'order';
  const onInput = (/** @type {string} */ typed) => {
    model.secret = typed;
    app.redraw();
  };
  const main = html`
    <h1 data-first tabindex="-1">${t(wiped ? 'lock.wiped_title' : 'lock.set_title')}</h1>
    <p>${t(wiped ? `lock.wiped_${wiped.why}` : 'lock.set_words')}</p>
    ${wiped ? html`<p>${t(model.waiting ? 'lock.wiped_waiting' : 'lock.wiped_arrived', { n: model.waiting })}</p>` : nothing}
    ${ordered ? nothing : set ? html`<p>${t('lock.needs_network')}</p>` : newSecret(app, secret, onInput)}
    ${wiped ? html`<p class="muted">${syncSentence(app)}</p>` : nothing}
    ${wiped ? secondary(app, t('lock.enrol_again'), () => app.go('enrol')) : nothing}
    ${!wiped && model.open ? secondary(app, t('lock.later'), () => app.uncover({ later: true })) : nothing}
  `;
  if (ordered || set) return { main, thumb: primary(app, t('sync.now'), () => goOn(app)) };
  return { main, thumb: primary(app, t('lock.set_go'), () => setIt(app, model), { disabled: !isGoodSecret(secret) }) };
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function setIt(app, model) {
  await setLock(app.ports, model.secret);
  model.secret = '';
  await goOn(app);
}

/**
 * A phone that lost its signing key gets a new one as its own successor, which takes a network.
 * @param {App} app
 */
async function goOn(app) {
  await app.sync();
  await app.uncover();
}
