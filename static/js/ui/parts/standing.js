/** How this phone stands, for Today: ready or not, storage that may be swept away, work that is no longer here. */

import { html, nothing } from 'lit-html';

import { clockTime, shortDate } from './moments.js';
import { secondary } from './rows.js';

/** @import { Loss } from '../../store/losses.js' */
/** @import { App } from '../app.js' */

/**
 * @typedef {{lacks: number, safe: boolean, lost: Loss[], unrescued: number}} Standing  conditions of the field not met;
 *   storage granted for good; losses not read yet; records and photos that neither the server nor a rescue file has
 */

/**
 * One line: ready for the field, or how much is missing.
 * @param {App} app
 * @param {Standing} standing
 */
export function readyLine(app, { lacks }) {
  const { t } = app;
  return html`
    <button class=${lacks ? 'ready open' : 'ready met'} @click=${() => app.go('readiness')}>
      <span>${lacks ? t('ready.line_lacking', { n: lacks }) : t('ready.line')}</span> <span aria-hidden="true">›</span>
    </button>`;
}

/**
 * Storage that the browser may sweep away is said, never hidden; and after each visit there is a way to be safe.
 * @param {App} app
 * @param {Standing} standing
 * @param {boolean} underWay  a visit is open
 */
export function unsafeCard(app, { safe, unrescued }, underWay) {
  const { t } = app;
  if (safe) return nothing;
  if (!unrescued || underWay) return html`<p class="caution note">${t('unsafe.words')}</p>`;
  return html`
    <section class="card caution">
      <p>${t('unsafe.words')}</p>
      <p>${t('unsafe.rescue', { n: unrescued })}</p>
      ${secondary(app, t('rescue_file.open'), () => app.go('rescue'))}
    </section>`;
}

/**
 * What is lost, in figures and moments, until people have read it.
 * @param {App} app
 * @param {Loss[]} lost
 * @param {() => Promise<void>} read
 */
export function lossCards(app, lost, read) {
  const { t } = app;
  if (lost.length === 0) return nothing;
  return html`
    <section class="card caution" role="alert">
      ${lost.map((one) => lossWords(app, one))}
      ${secondary(app, t('lost.read'), read)}
    </section>`;
}

/**
 * @param {App} app
 * @param {Loss} loss
 */
export function lossWords({ t }, { how, missing, at, name }) {
  const values = { n: missing, time: `${shortDate(at)} ${clockTime(at)}`, name: name ?? '' };
  return html`
    <p><strong>${t(`lost.${how}`, values)}</strong></p>
    <p>${t(missing ? `lost.${how}_missing` : `lost.${how}_nothing`, values)}</p>`;
}
