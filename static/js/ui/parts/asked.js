/** Why the office returned a visit (退回), in its own words and in those of the rules. */

import { html, nothing } from 'lit-html';

/** @import { Result } from '../../store/pack.js' */
/** @import { App } from '../app.js' */

/** Codes this app has words for (fieldcheck/rules/review.py FIXES); `other` and those of a newer office have the note. */
const KNOWN = ['inspectors', 'households', 'core', 'place_photo', 'location_nofix', 'location_border', 'location_nopolygon'];

/**
 * @param {App} app
 * @param {Result} result
 */
export function askedCard(app, result) {
  return html`<section class="card"><h2>${app.t('returned.title')}</h2>${askedWords(app, result)}</section>`;
}

/**
 * @param {App} app
 * @param {Result} result
 */
export function askedWords({ t }, { fix, note }) {
  const codes = fix.filter((code) => KNOWN.includes(code));
  return html`
    ${codes.length ? html`<ul class="points">${codes.map((code) => html`<li>${t(`mend.${code}`)}</li>`)}</ul>` : nothing}
    ${note ? html`<p>${t('returned.note', { note })}</p>` : nothing}
  `;
}
