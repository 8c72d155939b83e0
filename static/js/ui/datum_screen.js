/**
 * The test at the known point (定位校准): the phone stands where the office knows the position for sure, and what it gives
 * there shows in which frame all its positions are. The result is a signed fact, and each fix says it from then on.
 */

import { html, nothing } from 'lit-html';

import { shiftBetween, SURE_M, verdict } from '../model/datum.js';
import { geodesic, windOf } from '../model/geodesic.js';
import { timestamp } from '../model/message.js';
import { DATUM, readDatumCheck } from '../store/datum.js';
import { readPack } from '../store/pack.js';
import { saveOfPhone } from '../store/record.js';
import { shortDate } from './parts/moments.js';
import { primary } from './parts/rows.js';
import { distanceWords } from './parts/whereabouts.js';

/** @import { Sample } from '../model/fix.js' */
/** @import { Pack } from '../store/pack.js' */
/** @import { DatumCheck } from '../store/datum.js' */
/** @import { App, Screen } from './app.js' */

/** @typedef {NonNullable<Pack['known_point']>} KnownPoint */
/** @typedef {{point: KnownPoint | null, last: DatumCheck | null}} Model */

/** @type {Screen} */
export const datumScreen = { load, view, leave: (app) => void app.position.lookAway(), parent: () => ({ screen: 'readiness' }) };

/**
 * @param {App} app
 * @returns {Promise<Model>}
 */
async function load(app) {
  const [kept, last] = await Promise.all([readPack(), readDatumCheck()]);
  const point = kept?.pack.known_point ?? null;
  if (point) await app.position.look();
  return { point, last: last ?? null };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, { point, last }) {
  const { t } = app;
  const best = app.position.here();
  const sure = best !== null && best.acc <= SURE_M;
  const main = html`
    <h1 data-first tabindex="-1">${t('datum.title')}</h1>
    <p>${t('datum.words')}</p>
    ${point ? html`<p class="where"><strong>${t('datum.stand', { name: point.name })}</strong></p>
      <div role="status" class="card">${measured(app, point, best)}</div>` : html`<p class="card">${t('datum.no_point')}</p>`}
    ${last ? html`<p class="muted">${t('datum.last', { point: last.point, date: shortDate(last.at) })} ${t(`datum.short_${last.verdict}`)}</p>` : nothing}
  `;
  if (!point) return { main };
  return { main, thumb: primary(app, t('datum.keep'), () => keep(app, point), { disabled: !sure }) };
}

/**
 * What the receiver says now against where the phone stands.
 * @param {App} app
 * @param {KnownPoint} point
 * @param {Sample | null} best
 */
function measured(app, point, best) {
  const { t, position } = app;
  if (best === null) return html`<p>${t(position.trouble === 'denied' ? 'position.denied' : 'position.none')}</p>`;
  const acc = Math.round(best.acc);
  if (best.acc > SURE_M) return html`<p>${t('datum.coarse', { acc, most: SURE_M })}</p>`;
  const said = best.given ?? best;
  const way = geodesic(point, said);
  const off = { distance: distanceWords(app, way?.metres ?? 0), wind: t(`wind.${windOf(way?.bearing ?? 0)}`), acc };
  const found = verdict(point, said);
  return html`<p>${t(found === 'wgs84' ? 'datum.off_little' : 'datum.off', off)}</p><p><strong>${t(`datum.is_${found}`)}</strong></p>`;
}

/**
 * @param {App} app
 * @param {KnownPoint} point
 */
async function keep(app, point) {
  const best = app.position.here();
  if (best === null || best.acc > SURE_M) return;
  const said = { lon: best.given?.lon ?? best.lon, lat: best.given?.lat ?? best.lat };
  const found = verdict(point, said);
  const fact = {
    kind: 'datum.checked',
    body: { point: point.name, lon: point.lon, lat: point.lat, said, acc: best.acc, t: timestamp(best.t), verdict: found },
  };
  /** @type {DatumCheck} */
  const check = { verdict: found, metres: Math.round(shiftBetween(point, said).metres), point: point.name, at: app.ports.clock.now() };
  await saveOfPhone(app.ports, { facts: [fact], settings: { [DATUM]: check } });
  app.say(`said.datum_${found}`);
  await app.go('readiness', {}, { history: 'replace' });
  void app.sync();
}
