/** Visits that have ended: what they came to, what of them has arrived, what the office decided. */

import { html, nothing } from 'lit-html';

import { shortDate } from './moments.js';
import { placeTitle } from './places.js';

/** @import { Visit } from '../../model/visit.js' */
/** @import { Pack, Result } from '../../store/pack.js' */
/** @import { App } from '../app.js' */

/** @typedef {{visit: Visit, waiting: boolean, result: Result | null}} Ended */

/**
 * Those of the visits that have ended.
 * @param {Pack | null} pack
 * @param {{visit: Visit, waiting: boolean}[]} visits
 * @returns {Ended[]}
 */
export function endedOf(pack, visits) {
  const results = new Map((pack?.results ?? []).map((one) => [one.visit, one]));
  return visits.filter(({ visit }) => visit.state !== 'open')
    .map(({ visit, waiting }) => ({ visit, waiting, result: decided(results.get(visit.visit), visit) }));
}

/**
 * What the office decided since the last seal; a return that was answered already is history.
 * @param {Result | undefined} result
 * @param {Visit} visit
 * @returns {Result | null}
 */
export function decided(result, visit) {
  return ['sealed', 'left'].includes(visit.state) && result && result.line !== visit.returned ? result : null;
}

/**
 * One row for each visit; what is not in sight is not laid out.
 * @param {App} app
 * @param {Ended[]} ended
 */
export function endedList(app, ended) {
  return html`<ul class="list long">${endedRows(app, ended)}</ul>`;
}

/**
 * The rows of such a list.
 * @param {App} app
 * @param {Ended[]} ended
 */
export function endedRows(app, ended) {
  const { t } = app;
  return ended.map(({ visit, waiting, result }) => html`
    <li>
      <strong>${placeTitle(app, visit.place)}</strong> <span class="muted">${shortDate(visit.opened_at)}</span><br>
      ${t(`today.${visit.state}`, { households: visit.counts.households, photos: visit.counts.photos })}
      ${t(waiting ? 'today.waiting' : 'today.arrived')}
      ${result ? t(`result.${result.state}`) : nothing}
      ${visit.doubts.length ? t('today.doubted') : doubtButton(app, visit)}
    </li>`);
}

/**
 * @param {App} app
 * @param {Visit} visit
 */
function doubtButton(app, { visit, state }) {
  if (state === 'abandoned') return nothing;
  return html`<button class="quiet lack" @click=${() => app.go('doubt', { visit, ended: true })}>
    ${app.t('at_visit.doubt')} <span aria-hidden="true">›</span></button>`;
}
