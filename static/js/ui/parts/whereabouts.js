/** Where one stands, in words: inside, at the border or outside, how far and how sure, and the way to a village. */

import { html, nothing } from 'lit-html';

import { grade } from '../../model/fix.js';
import { geodesic, windOf } from '../../model/geodesic.js';
import { placeClass, signedDistance } from '../../model/place.js';

/** @import { Sample } from '../../model/fix.js' */
/** @import { Point } from '../../model/place.js' */
/** @import { Assignment } from '../../store/pack.js' */
/** @import { App } from '../app.js' */

/**
 * @param {App} app
 * @param {Assignment | null} task
 * @param {Sample | null} best
 */
export function whereabouts(app, task, best) {
  const { t, position } = app;
  if (best === null) return html`<p class="position">${t(position.trouble === 'denied' ? 'position.denied' : 'position.none')}</p>`;
  const distance = signedDistance(task?.outline, best);
  const error = task?.boundary_error_m ?? 0;
  const place = placeClass(distance, best.acc, error);
  const acc = Math.round(best.acc);
  const words = place === null || distance === null ? t('position.unknown', { acc })
    : t(`map.${place}`, { unit: task?.unit_name ?? '', acc, distance: distanceWords(app, Math.abs(distance)), side: t(distance < 0 ? 'map.beyond' : 'map.within') });
  return html`
    <p class="where"><strong>${words}</strong>
      ${grade(best) === 'poor' ? t('position.poor') : nothing}</p>
    ${error > 0 && place !== null ? html`<p class="muted small">${t('map.rough', { distance: distanceWords(app, error) })}</p>` : nothing}
    ${datumNote(app, best)}`;
}

/**
 * What was found about this phone's positions, where it is not plain WGS-84.
 * @param {App} app
 * @param {Sample} sample
 */
export function datumNote({ t }, { datum }) {
  return datum && datum !== 'wgs84' ? html`<p class="muted">${t(`datum.note_${datum}`)}</p>` : nothing;
}

/**
 * Distance and direction to a place, or null where no position is known.
 * @param {App} app
 * @param {Point | null} from
 * @param {Point} to
 * @returns {string | null}
 */
export function wayWords(app, from, to) {
  const way = from && geodesic(from, to);
  if (!way) return null;
  const { metres, bearing } = way;
  return app.t('map.way', { distance: distanceWords(app, metres), wind: app.t(`wind.${windOf(bearing)}`), degrees: Math.round(bearing) % 360 });
}

/**
 * Metres below a kilometre, else kilometres with one decimal.
 * @param {App} app
 * @param {number} metres
 */
export function distanceWords({ t }, metres) {
  return metres < 995 ? t('map.metres', { n: metres < 100 ? Math.round(metres) : Math.round(metres / 10) * 10 })
    : t('map.kilometres', { n: (metres / 1000).toFixed(1) });
}
