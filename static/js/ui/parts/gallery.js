/** Every part in every state, one below the other, in the frame that stands around every screen. */

import { html, render } from 'lit-html';

import { frame } from './frame.js';
import { lackLine } from './lacks.js';
import { choiceRows, declarations, field, primary, secondary, stepper } from './rows.js';
import { readyLine } from './standing.js';

/** @import { TemplateResult } from 'lit-html' */
/** @import { App } from '../app.js' */

/**
 * @typedef {object} Given
 * @property {Record<string, string>} names  what was typed into the fields
 * @property {readonly string[]} themes
 * @property {() => string} wears
 * @property {(theme: string) => void} wear
 */

/**
 * @param {App} app
 * @param {HTMLElement} root
 * @param {Given} given
 */
export function drawParts(app, root, given) {
  const { t } = app;
  const main = html`
    <h1 data-first tabindex="-1">${t('parts.title')}</h1>
    <p class="muted">${t('parts.words')}</p>
    ${choiceRows({
      label: t('display.theme'), options: given.themes.map((value) => ({ value, text: t(`display.theme_${value}`) })),
      chosen: (value) => value === given.wears(), choose: given.wear,
    })}
    ${part(app, 'buttons', buttons(app))}
    ${part(app, 'choices', choices(app))}
    ${part(app, 'fields', fields(app, given.names))}
    ${part(app, 'notices', notices(app))}
    ${part(app, 'lists', lists(app))}
    ${part(app, 'colours', colours(app))}
  `;
  render(frame(app, { main, thumb: thumb(app) }, true), root);
}

/**
 * @param {App} app
 * @param {string} name
 * @param {TemplateResult} shown
 */
function part({ t }, name, shown) {
  return html`<section aria-labelledby=${`part-${name}`}><h2 id=${`part-${name}`}>${t(`parts.${name}`)}</h2>${shown}</section>`;
}

/** @param {App} app */
function buttons(app) {
  const { t } = app;
  const busy = /** @type {App} */ ({ ...app, shown: { ...app.shown, busy: true } });
  return html`
    <div class="stack">
      ${primary(app, t('begin.go'), async () => {})}
      ${primary(app, t('begin.go'), async () => {}, { disabled: true })}
      ${secondary(app, t('at_visit.photo'), async () => {})}
      ${secondary(busy, t('at_visit.photo'), async () => {})}
      <button class="quiet touch">${t('beside.open')}</button>
    </div>`;
}

/** @param {App} app */
function choices(app) {
  const { t } = app;
  const options = ['draw', 'sight', 'neighbour'].map((value) => ({ value, text: t(`parts.option_${value}`) }));
  return html`
    ${choiceRows({ label: t('parts.choices'), options, chosen: (value) => value === 'sight', choose: () => {} })}
    ${declarations(app, { not_notified: false }, () => {}, ['not_notified'])}`;
}

/**
 * @param {App} app
 * @param {Record<string, string>} names
 */
function fields(app, names) {
  const { t } = app;
  const typed = (/** @type {string} */ name) => (/** @type {string} */ value) => {
    names[name] = value;
    app.redraw();
  };
  return html`
    ${field({ id: 'part-code', label: t('enrol.code'), hint: t('enrol.code_words'), value: names.code, onInput: typed('code') })}
    ${field({ id: 'part-text', label: t('note.fact'), hint: t('note.fact_words'), value: names.text, onInput: typed('text'), long: true })}
    ${stepper(app, { id: 'part-number', label: t('draw.rows'), value: names.number, onInput: typed('number'), least: 1, most: 99 })}`;
}

/** @param {App} app */
function notices({ t }) {
  return html`
    <section class="card"><h2>${t('at_visit.complete')}</h2><p>${t('at_visit.complete_words')}</p></section>
    <p class="caution note">${t('unsafe.words')}</p>
    <details class="more"><summary>${t('at_visit.more')}</summary><p>${t('sync.safe')}</p></details>
    <p class="code">${CODE}</p>`;
}

/** @param {App} app */
function lists(app) {
  const { t } = app;
  return html`
    ${readyLine(app, { lacks: 0, safe: true, lost: [], unrescued: 0 })}
    ${readyLine(app, { lacks: 2, safe: true, lost: [], unrescued: 0 })}
    <ul class="lacks">
      <li>${lackLine(app, {}, { key: 'core', values: { n: 3 }, reasons: [], here: true, go: { screen: 'village' } })}</li>
      <li>${lackLine(app, {}, { key: 'core', values: { n: 3 }, reasons: [], here: true, go: null })}</li>
    </ul>
    <ul class="checks"><li>${t('ready.camera')}</li><li class="open">${t('ready.position')}</li></ul>
    <progress class="steps" max="4" value="3" aria-hidden="true"></progress>`;
}

/** The five statuses, each with its mark, and the words beside it. */
function colours(/** @type {App} */ { t }) {
  return html`<ul class="list">
    ${['covered_both', 'covered', 'visited_unverified', 'unvisited', 'excluded'].map((status) => html`
      <li><span class=${`chip fill-${status}`} aria-hidden="true">${MARKS[status]}</span> ${t(`status.${status}`)}</li>`)}
    <li><span class="chip fill-covered stale" aria-hidden="true">${MARKS.covered}</span> ${t('parts.stale')}</li>
    <li><span class="chip fill-covered compromised" aria-hidden="true">${MARKS.covered}</span> ${t('parts.compromised')}</li>
  </ul>`;
}

const CODE = 'K7M4 2QX9';
/** @type {Record<string, string>} */
const MARKS = { covered_both: '\u25C6', covered: '\u25CF', visited_unverified: '\u25D0', unvisited: '\u25CB', excluded: '\u2013' };

/** @param {App} app */
function thumb(app) {
  const { t } = app;
  return html`
    ${primary(app, t('next.households'), async () => {})}
    <div class="pair">
      ${secondary(app, t('at_visit.photo'), async () => {})}
      ${secondary(app, t('at_visit.village'), async () => {})}
    </div>`;
}
