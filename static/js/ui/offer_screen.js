/** A team-mate records the same visit on an own phone: the code to type there, and the same as a QR code. */

import { html, nothing } from 'lit-html';

import { inHalves, joinCode } from '../model/join_code.js';
import { readPack } from '../store/pack.js';
import { writeDraft } from '../store/drafts.js';
import { qrCode } from './parts/qr.js';
import { primary } from './parts/rows.js';
import { offeredKey, openVisitContext } from './visit_context.js';

/** @import { App, Params, Screen } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/** @typedef {VisitContext & {code: string | null}} Model */

/** @type {Screen} */
export const offerScreen = { load, view, parent: ({ visit }) => ({ screen: 'visit', params: { visit } }) };

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, { visit }) {
  const context = await openVisitContext(app, visit);
  if (!context) return null;
  const round = (await readPack())?.pack.round?.id ?? '';
  const code = await joinCode(app.ports.crypto, { round, assignment: context.visit.assignment ?? '' }, visit);
  if (code) await writeDraft(offeredKey(visit), true);
  return { ...context, code };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, { visit, code, mates }) {
  const { t } = app;
  const main = html`
    <h1 data-first tabindex="-1">${t('offer.title')}</h1>
    ${code ? shown(app, code) : html`<p>${t('offer.old')}</p>`}
    ${mates.length ? html`<p>${t('offer.joined', { names: mates.map(({ name }) => name).join(t('app.comma')) })}</p>` : nothing}
  `;
  return { main, thumb: primary(app, t('offer.done'), () => app.go('visit', { visit: visit.visit }, { history: 'replace' })) };
}

/**
 * @param {App} app
 * @param {string} code
 */
function shown({ t, server }, code) {
  return html`
    <p>${t('offer.words')}</p>
    <p class="code" aria-label=${[...code].join(' ')}>${inHalves(code)}</p>
    ${qrCode(`${server.origin}/phone/#join=${code}`, t('offer.qr'))}
    <p class="muted small">${t('offer.qr_words')}</p>
    <p class="muted small">${t('offer.later_words')}</p>
  `;
}
