/** Ready for the field (可以下乡): every condition with a tick, or with what to do about it. */

import { html, nothing } from 'lit-html';

import { askToInstall } from '../device/installation.js';
import { tryCamera, tryPosition } from '../device/permissions.js';
import { askToPersist, roomByTrial } from '../device/storage.js';
import { TRIAL_BYTES } from '../model/photo.js';
import { lacking } from '../model/readiness.js';
import { readLock } from '../store/vault.js';
import { primary, secondary } from './parts/rows.js';
import { lookAtPhone, noteTry } from './readiness_look.js';

/** @import { Condition } from '../model/readiness.js' */
/** @import { App, Screen } from './app.js' */

/** @typedef {{all: Condition[], locks: boolean}} Model  `locks`: the phone has a PIN, a rehearsal has none */

/** @type {Screen} */
export const readinessScreen = { load, view, parent: () => ({ screen: 'today' }) };

/**
 * @param {App} app
 * @returns {Promise<Model>}
 */
async function load(app) {
  const [all, lock] = await Promise.all([lookAtPhone(app, () => roomByTrial(TRIAL_BYTES)), readLock()]);
  return { all, locks: lock !== undefined };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, { all, locks }) {
  const { t } = app;
  const missing = lacking(all);
  const main = html`
    <h1 data-first tabindex="-1">${t('ready.title')}</h1>
    <p>${missing.length ? t('ready.not_yet', { n: missing.length }) : t('ready.yes')}</p>
    <ul class="conditions">
      ${all.map((one) => html`
        <li class=${one.met ? 'met' : 'open'}>
          <p><strong>${t(`ready.${one.name}`)}</strong>
            <span class="sr-only">${t(one.met ? 'ready.met' : 'ready.open')}</span><br>
            ${t(`ready.${one.name}_${one.says}`)}</p>
          ${one.act ? secondary(app, t(`ready.act_${one.act}`), () => act(app, one)) : nothing}
        </li>`)}
    </ul>
    ${locks ? secondary(app, t('lock.change_title'), () => app.go('pin')) : nothing}
  `;
  return { main, thumb: primary(app, t('ready.again'), () => app.reload()) };
}

/**
 * @param {App} app
 * @param {Condition} condition
 */
async function act(app, { act: what }) {
  if (what === 'install') await askToInstall();
  if (what === 'persist') await askToPersist();
  if (what === 'sync') await app.sync();
  if (what === 'camera') await noteTry('camera', await tryCamera());
  if (what === 'datum') return app.go('datum');
  if (what === 'position') await noteTry('position', await tryPosition());
  await app.reload();
}
