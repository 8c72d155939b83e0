/** Enrolment (登记): a link or an 8-character code makes this phone a device. Opening the link uses nothing up. */

import { html, nothing } from 'lit-html';

import { clearAddressHash, phoneName } from '../device/browser.js';
import { readMarker } from '../device/marker.js';
import { askToPersist } from '../device/storage.js';
import { tidyCode } from '../model/surroundings.js';
import { currentDevice } from '../store/devices.js';
import { HERE, writeDraft } from '../store/drafts.js';
import { setLock, unlock, wipe } from '../store/locking.js';
import { isLocked, readLock } from '../store/vault.js';
import { enrolByToken } from '../sync/enrol.js';
import { isGoodSecret, newSecret } from './parts/new_secret.js';
import { field, primary } from './parts/rows.js';
import { lossWords } from './parts/standing.js';

/** @import { Marker } from '../device/marker.js' */
/** @import { App, Params, Screen } from './app.js' */

/** @typedef {{link: string | null, known: string | null, code: string, name: string, secret: string | null,
 *   lost: Marker | null}} Model  `known`: whose phone it is already; `secret`: null where its vault is open; `lost`: the mark that an
 *   emptied store left behind. No draft is kept of it: nothing may lie here readable before there is a lock. */

/** @type {Screen} */
export const enrolScreen = { load, view, typed: ['code', 'name', 'secret'], parent: ({ known }) => (known ? { screen: 'today' } : null) };

/**
 * @param {App} _app
 * @param {Params} params
 * @returns {Promise<Model>}
 */
async function load(_app, { link = null }) {
  const [device, lock] = [await currentDevice(), await readLock()];
  const open = lock !== undefined && !(await isLocked());
  return { link, known: device?.inspector.name || null, code: '', name: phoneName(), secret: open ? null : '', lost: device ? null : readMarker() };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const change = (/** @type {Partial<Model>} */ change) => {
    Object.assign(model, change);
    app.redraw();
  };
  const token = model.link ?? tidyCode(model.code);
  const main = html`
    <h1 data-first tabindex="-1">${t('enrol.title')}</h1>
    ${model.lost ? html`
      <section class="card caution">
        ${lossWords(app, { how: 'emptied', device: model.lost.device, seq: model.lost.seq, missing: model.lost.waiting, at: model.lost.at })}
        <p>${t('lost.enrol_again')}</p>
      </section>` : nothing}
    <p>${t(model.link ? 'enrol.by_link' : 'enrol.by_code')}</p>
    ${model.known ? html`<p>${t('enrol.again', { name: model.known })}</p>` : nothing}
    ${model.link ? nothing : field({
      id: 'code', label: t('enrol.code'), hint: t('enrol.code_words'), value: model.code, onInput: (code) => change({ code }),
    })}
    ${field({ id: 'name', label: t('enrol.name'), hint: t('enrol.name_words'), value: model.name, onInput: (name) => change({ name }) })}
    ${model.secret === null ? nothing : newSecret(app, model.secret, (secret) => change({ secret }))}
    <p class="muted small">${t('enrol.words')}</p>
  `;
  const disabled = !token || model.name.trim() === '' || (model.secret !== null && !isGoodSecret(model.secret));
  return { main, open: true, thumb: primary(app, t('enrol.go'), () => enrol(app, /** @type {string} */ (token), model), { disabled }) };
}

/**
 * @param {App} app
 * @param {string} token
 * @param {Model} model
 */
async function enrol(app, token, model) {
  const { name, lost, secret } = model;
  if (secret !== null) await openVaultWith(app, secret);
  model.secret = null;
  await enrolByToken(app.ports, app.server, { token, name: name.trim(), lost });
  clearAddressHash();
  await writeDraft(HERE, { screen: 'today', params: {} });
  const kept = await askToPersist();
  app.say(kept ? 'said.enrolled' : 'said.enrolled_unsafe');
  await app.go('today', {}, { history: 'replace' });
  await app.sync();
}

/**
 * The same PIN once more where an enrolment was broken off; another begins anew, for nothing lies under the old one yet.
 * @param {App} app
 * @param {string} secret
 */
async function openVaultWith({ ports }, secret) {
  if (await readLock()) {
    if ((await unlock(ports, secret)) === 'open') return;
    await wipe('forgotten', ports.clock.now());
  }
  await setLock(ports, secret);
}
