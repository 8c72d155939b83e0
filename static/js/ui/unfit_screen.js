/** A browser in which field work would be lost: why, and how to open a fit one. Nothing is used up here. */

import { html } from 'lit-html';

/** @import { App, Screen } from './app.js' */

/** @typedef {{reason: 'insecure' | 'in_app' | 'too_old' | 'no_storage' | 'store_newer', address: string}} Model */

/** @type {Screen} */
export const unfitScreen = { load: async (_app, params) => params, view, parent: () => null };

/**
 * @param {App} app
 * @param {Model} model
 */
function view({ t }, { reason, address }) {
  const main = html`
    <h1 data-first tabindex="-1">${t('unfit.title')}</h1>
    <p>${t(`unfit.${reason}`)}</p>
    <p>${t(`unfit.${reason}_how`)}</p>
    <p class="address">${address}</p>
    <p class="muted">${t('unfit.unused')}</p>
  `;
  return { main, helpless: true };
}
