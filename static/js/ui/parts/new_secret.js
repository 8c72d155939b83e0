/** A new PIN or passphrase, and honestly what it is worth. */

import { html, nothing } from 'lit-html';

import { strengthOf } from '../../model/phone_lock.js';
import { field } from './rows.js';

/** @import { App } from '../app.js' */

/**
 * Typed so that it can be read: one is at the office, and a slip would lock one out.
 * @param {App} app
 * @param {string} secret
 * @param {(secret: string) => void} onInput
 */
export function newSecret(app, secret, onInput) {
  const { t } = app;
  return html`
    ${field({ id: 'new-secret', label: t('lock.new'), hint: t('lock.new_words'), value: secret, onInput })}
    ${worthOf(app, secret)}
    <p class="muted small">${t('lock.how_to_hide')}</p>
  `;
}

/**
 * @param {App} app
 * @param {string} secret
 */
export function worthOf({ t }, secret) {
  return html`<p class="small" role="status">${secret === '' ? nothing : t(`lock.worth_${strengthOf(secret)}`)}</p>`;
}

/** @param {string} secret */
export function isGoodSecret(secret) {
  return ['pin', 'passphrase'].includes(strengthOf(secret));
}
