/** What is missing, each a way to where it is done; what only the review settles stands apart from it. */

import { html, nothing } from 'lit-html';
import { inARow } from '../../model/texts.js';

/** @import { Lack } from '../../model/missing.js' */
/** @import { App, Params } from '../app.js' */

/**
 * A lack in words.
 * @param {App} app
 * @param {Lack} lack
 */
function lackWords({ t }, { key, values, parts }) {
  // No line begins with the dot.
  const list = (parts ?? []).map((part) => t(`missing.${part.key}`, part.values)).join('\u00a0· ');
  return t(`missing.${key}`, { ...values, parts: list });
}

/**
 * @param {App} app
 * @param {Params} id
 * @param {Lack} lack
 */
export function lackLine(app, id, lack) {
  const { go } = lack;
  const words = lackWords(app, lack);
  if (!go) return html`<span class="lack">${words}</span>`;
  return html`<button class="quiet lack" @click=${() => app.go(go.screen, { ...id, ...go.params })}>${words} <span aria-hidden="true">›</span></button>`;
}

/**
 * What cannot be mended here, said so that nobody waits for it to go away.
 * @param {App} app
 * @param {Lack[]} lacks
 */
export function forReview(app, lacks) {
  const later = lacks.filter((one) => !one.here);
  if (later.length === 0) return nothing;
  return html`<p class="muted small">${inARow([app.t('missing.for_review'), ...later.map((one) => lackWords(app, one))])}</p>`;
}
