/** Why there is no photo (没有照片的原因): reasons to tap, or one line of one's own. */

import { html, nothing } from 'lit-html';

import { choiceRows, field } from './rows.js';

/** @import { App } from '../app.js' */

/** Reasons that are often true; none is ever filled in unasked. */
const OFTEN = ['people', 'unwilling', 'unsafe'];

/**
 * @param {App} app
 * @param {string} reason
 * @param {(reason: string) => void} write
 */
export function noPhotoField({ t }, reason, write) {
  return html`
    ${reason ? nothing : choiceRows({
      label: t('no_photo.reason'), options: OFTEN.map((one) => ({ value: t(`no_photo.often_${one}`), text: t(`no_photo.often_${one}`) })),
      chosen: () => false, choose: write,
    })}
    ${field({ id: 'no-photo', label: t('no_photo.reason'), hint: t('no_photo.words'), value: reason, onInput: write })}`;
}
