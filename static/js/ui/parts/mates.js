/** What a visit's screen says of team-mates' phones: who joined, how much of theirs has arrived, whether it was sealed there. */

import { html, nothing } from 'lit-html';

import { clockTime } from './moments.js';

/** @import { App } from '../app.js' */
/** @import { VisitContext } from '../visit_context.js' */

/**
 * @param {App} app
 * @param {VisitContext} context
 */
export function matesCard({ t }, { visit, mates, sealedAt }) {
  return html`
    ${sealedAt ? html`<p class="card" role="status">${t('mates.sealed', { time: clockTime(sealedAt) })}</p>` : nothing}
    ${visit.joined ? html`<p class="muted">${t('mates.joined', { n: visit.numbers_from })}</p>` : nothing}
    ${mates.map(({ name, households }) => html`<p class="muted">${t('mates.heard', { name, n: households })}</p>`)}
  `;
}
