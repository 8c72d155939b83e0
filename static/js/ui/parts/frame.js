/** What stands around every screen: name, the three counts, the language, what was said, the bar at the thumb. */

import { html, nothing } from 'lit-html';

import { LANGUAGES, reasonIn } from '../../model/texts.js';

/** @import { App, View } from '../app.js' */

/**
 * @param {App} app
 * @param {View} view
 * @param {boolean} hasParent
 */
export function frame(app, view, hasParent) {
  if (view.bare) return html`<main class="page">${view.main}</main>`;
  return html`
    ${view.immersive ? nothing : head(app, hasParent, view)}
    <main class=${view.immersive ? 'immersive' : 'page'}>
      ${faultLine(app)}
      ${saidLine(app)}
      ${view.main}
    </main>
    ${view.thumb ? html`<footer class="thumb">${view.thumb}</footer>` : nothing}
  `;
}

/**
 * @param {App} app
 * @param {boolean} hasParent
 * @param {View} view
 */
function head(app, hasParent, { helpless, open, uncounted }) {
  const { t } = app;
  return html`
    <header class="top">
      ${hasParent
        ? html`<button class="quiet back" @click=${() => app.back()}><span aria-hidden="true">‹</span> ${t('app.back')}</button>`
        : html`<strong class="brand">${t('phone_name')}</strong>`}
      ${languages(app, !helpless)}
      ${open ? nothing : hiding(app)}
      ${uncounted ? nothing : counts(app)}
    </header>
  `;
}

/**
 * Hides and locks the app at once.
 * @param {App} app
 */
export function hiding(app) {
  return html`<button class="quiet hide" @click=${() => app.hide()}>${app.t('lock.hide')}</button>`;
}

/**
 * The languages and, from every screen, the way to help.
 * @param {App} app
 * @param {boolean} [hasHelp]
 */
export function languages(app, hasHelp = true) {
  return html`
    <nav class="languages" aria-label=${app.t('language.label')}>
      ${LANGUAGES.map((one) => html`
        <button class="quiet" lang=${one === 'zh' ? 'zh-CN' : one} aria-pressed=${one === app.language ? 'true' : 'false'}
          @click=${() => app.speak(one)}>${app.t(`language.${one}`)}</button>`)}
    </nav>
    ${hasHelp ? html`<button class="quiet help" @click=${() => app.go('help', { from: window.history.state })}>${app.t('help.open')}</button>` : nothing}
  `;
}

/**
 * The three counts (已存、待传、已达): figures always, words on tap.
 * @param {App} app
 */
function counts({ t, shown }) {
  const { saved, waiting, arrived } = shown.counts;
  return html`
    <details class="counts">
      <summary>
        <span class="sr-only">${t('count.label')}</span>
        <span class=${shown.syncing ? 'pulse moving' : 'pulse'} aria-hidden="true"></span>
        ${[['saved', saved], ['waiting', waiting], ['arrived', arrived]].map(([name, n]) => html`
          <span class="count"><b>${n}</b> <span class="count-word">${t(`count.${name}`)}</span></span>`)}
      </summary>
      <ul>
        <li>${t('count.saved_words', { n: saved })}</li>
        <li>${t('count.waiting_words', { n: waiting })}</li>
        <li>${t('count.arrived_words', { n: arrived })}</li>
      </ul>
    </details>
  `;
}

/** @param {App} app */
function faultLine({ t, shown }) {
  const { fault } = shown;
  if (!fault) return nothing;
  const reason = fault.values.reason ? reasonIn(t, String(fault.values.reason)) : '';
  return html`<p class="fault" role="alert">${t(`fault.${fault.code}`, { ...fault.values, reason })}</p>`;
}

/** @param {App} app */
function saidLine({ t, shown }) {
  const { said } = shown;
  return html`<p class=${said ? 'said' : 'said silent'} role="status">
    ${said?.picture ? html`<img src=${said.picture} alt="" width="48" height="48">` : nothing}
    ${said ? t(said.key, said.values) : nothing}
  </p>`;
}
