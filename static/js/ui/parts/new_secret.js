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
export function newSecret({ t }, secret, onInput) {
  const worth = secret === '' ? null : strengthOf(secret);
  return html`
    ${field({ id: 'new-secret', label: t('lock.new'), hint: t('lock.new_words'), value: secret, onInput })}
    <p class="small" role="status">${worth ? t(`lock.worth_${worth}`) : nothing}</p>
    <p class="muted small">${t('lock.how_to_hide')}</p>
  `;
}

/** @param {string} secret */
export function isGoodSecret(secret) {
  return ['pin', 'passphrase'].includes(strengthOf(secret));
}
