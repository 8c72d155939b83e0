/** Places for the reader: machine pinyin stands beside the Chinese for readers of English, and one line says what it is. */

import { html, nothing } from 'lit-html';

/** @import { Place } from '../../model/visit.js' */
/** @import { App } from '../app.js' */

/** @typedef {string | null | undefined} Latin  null or missing: the register or the visit is older than the pinyin */

/**
 * @param {App} app
 * @param {string} name
 * @param {Latin} latin
 */
export function placeName({ language }, name, latin) {
  return html`${name}${latin && language !== 'zh' ? html` <span class="pinyin small" lang="zh-Latn-pinyin">${latin}</span>` : nothing}`;
}

/**
 * The township, and the village where one is known.
 * @param {App} app
 * @param {Place} place
 */
export function placeTitle(app, place) {
  return html`${placeName(app, place.unit_name, place.unit_latin)}${place.village_name
    ? html`&nbsp;· ${placeName(app, place.village_name, place.village_latin)}` : nothing}`;
}

/**
 * Names alone for a heading, where pinyin beside each would fill half of a small screen; `latinLine` stands below it.
 * @param {Place} place
 */
export function plainTitle({ unit_name, village_name }) {
  return village_name ? `${unit_name}\u00a0· ${village_name}` : unit_name;
}

/**
 * The pinyin of a heading in one small line, with what it is.
 * @param {App} app
 * @param {Latin[]} names
 */
export function latinLine({ t, language }, names) {
  const latin = names.filter(Boolean).join('\u00a0· ');
  if (language === 'zh' || !latin) return nothing;
  return html`<p class="muted small"><span class="pinyin" lang="zh-Latn-pinyin">${latin}</span> ${t('place.machine_note')}</p>`;
}

/**
 * For where no markup can stand, as in a list to choose from.
 * @param {App} app
 * @param {string} name
 * @param {Latin} latin
 */
export function plainName({ language }, name, latin) {
  return latin && language !== 'zh' ? `${name} ${latin}` : name;
}

/**
 * What the Latin letters are, once a screen; nothing where none of its names has any.
 * @param {App} app
 * @param {Latin[]} names
 */
export function pinyinNote({ t, language }, names) {
  if (language === 'zh' || !names.some(Boolean)) return nothing;
  return html`<p class="muted small"><span class="pinyin">${t('place.latin')}</span> ${t('place.machine')}</p>`;
}
