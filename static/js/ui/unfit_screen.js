/** A browser in which field work would be lost: why, how to open a fit one, and the code to type there. Nothing is used up. */

import { html, nothing } from 'lit-html';

import { copied } from '../device/browser.js';
import { secondary } from './parts/rows.js';

/** @import { App, Screen } from './app.js' */

/**
 * @typedef {object} Model
 * @property {'insecure' | 'in_app' | 'too_old' | 'no_storage' | 'store_newer' | 'store_blocked' | 'storage_full'} reason
 * @property {string} address  the whole of it, the invitation included
 * @property {string} short  what is typed over
 * @property {string | null} [app]  what people call the app or browser
 * @property {string | null} [code]  of the invitation that was opened
 */

/** Where another browser is the answer; the others have an answer of their own. */
const ELSEWHERE = ['in_app', 'too_old', 'no_storage'];

/** @type {Screen} */
export const unfitScreen = { load: async (_app, params) => params, view, parent: () => null };

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, { reason, address, short, app: name, code }) {
  const { t } = app;
  const copy = async () => app.say(await copied(address) ? 'said.copied' : 'said.not_copied');
  const main = html`
    <h1 data-first tabindex="-1">${t('unfit.title')}</h1>
    ${name ? html`<p>${t('unfit.inside', { app: t(`unfit.app_${name}`) })}</p>` : nothing}
    <p>${t(`unfit.${reason}`)}</p>
    <h2>${t('unfit.what_now')}</h2>
    <p>${t(`unfit.${reason}_how`)}</p>
    ${ELSEWHERE.includes(reason) ? html`
      <p class="address">${short}</p>
      ${code ? html`<p>${t('unfit.code')}</p><p class="code">${code.slice(0, 4)} ${code.slice(4)}</p>` : nothing}
      ${secondary(app, t('unfit.copy'), copy)}` : nothing}
    <p class="muted">${t('unfit.unused')}</p>
  `;
  return { main, helpless: true, open: true, uncounted: true };
}
