/** The few controls that every screen is built of: rows to choose from, one primary button, a field with its label. */

import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';

/** @import { App } from '../app.js' */

/**
 * The one primary button, at the thumb.
 * @param {App} app
 * @param {string} label
 * @param {() => Promise<void>} work
 * @param {{disabled?: boolean}} [how]
 */
export function primary(app, label, work, { disabled = false } = {}) {
  return html`<button class="primary wide touch" ?disabled=${disabled || app.shown.busy} @click=${() => app.act(work)}>${label}</button>`;
}

/**
 * Stands where the primary button will, until the declarations (声明) are answered: it leads to the first that is not.
 * @param {App} app
 */
export function undeclared({ t }) {
  const lead = () => {
    const open = document.querySelector('.declaration[data-open]');
    open?.scrollIntoView({ block: 'center' });
    open?.querySelector('button')?.focus({ preventScroll: true });
  };
  return html`<button class="primary wide touch" aria-disabled="true" @click=${lead}>${t('begin.not_ready')}</button>`;
}

/**
 * A lesser button.
 * @param {App} app
 * @param {string} label
 * @param {() => Promise<void>} work
 */
export function secondary(app, label, work) {
  return html`<button class="wide touch" ?disabled=${app.shown.busy} @click=${() => app.act(work)}>${label}</button>`;
}

/**
 * Full-width rows, the chosen one filled.
 * @param {{label: string, options: {value: string, text: string}[], chosen: (value: string) => boolean,
 *   choose: (value: string) => void}} given
 */
export function choiceRows({ label, options, chosen, choose }) {
  return html`
    <div class="rows" role="group" aria-label=${label}>
      ${options.map(({ value, text }) => html`
        <button class="row" aria-pressed=${chosen(value) ? 'true' : 'false'} @click=${() => choose(value)}>
          <span class="tick" aria-hidden="true"></span><span>${text}</span>
        </button>`)}
    </div>
  `;
}

/**
 * One line or more of text with its label; every keystroke is handed on.
 * @param {{id: string, label: string, hint?: string, value: string, onInput: (value: string) => void, onEnter?: () => void, long?: boolean,
 *   mode?: string, complete?: string, hidden?: boolean}} given  `hidden`: nobody who looks on reads it
 */
export function field({ id, label, hint, value, onInput, onEnter, long = false, mode = 'text', complete = 'off', hidden = false }) {
  const input = (/** @type {Event} */ event) => onInput(/** @type {HTMLInputElement} */ (event.target).value);
  const key = (/** @type {KeyboardEvent} */ event) => event.key === 'Enter' && !event.isComposing && onEnter?.();
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${hint ? html`<p class="muted small" id=${`${id}-hint`}>${hint}</p>` : nothing}
      ${long
        ? html`<textarea id=${id} rows="3" .value=${live(value)} @input=${input} autocomplete="off" autocapitalize="off"
            aria-describedby=${hint ? `${id}-hint` : nothing}></textarea>`
        : html`<input id=${id} type=${hidden ? 'password' : 'text'} inputmode=${mode} .value=${live(value)} @input=${input} @keydown=${key} autocomplete=${complete}
            autocapitalize="off" enterkeyhint=${onEnter ? 'go' : 'next'} aria-describedby=${hint ? `${id}-hint` : nothing}>`}
    </div>
  `;
}

/**
 * A whole number with a key on either side, for thumbs in gloves; typing into it works as before.
 * @param {App} app
 * @param {{id: string, label: string, hint?: string, value: string, onInput: (value: string) => void, least?: number, most?: number}} given
 */
export function stepper({ t }, { id, label, hint, value, onInput, least = 0, most = Infinity }) {
  const now = value.trim() === '' ? null : Number(value.normalize('NFKC'));
  const step = (/** @type {number} */ by) => onInput(String(Math.min(most, Math.max(least, now === null ? least : Math.trunc(now) + by))));
  const input = (/** @type {Event} */ event) => onInput(/** @type {HTMLInputElement} */ (event.target).value);
  // What is no number is for people to mend, never stepped into one.
  const stuck = now !== null && !Number.isFinite(now);
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${hint ? html`<p class="muted small" id=${`${id}-hint`}>${hint}</p>` : nothing}
      <div class="stepper">
        <button aria-label=${t('stepper.less', { label })} ?disabled=${stuck || now === null || now <= least} @click=${() => step(-1)}>−</button>
        <input id=${id} type="text" inputmode="numeric" .value=${live(value)} @input=${input} autocomplete="off"
          enterkeyhint="next" aria-describedby=${hint ? `${id}-hint` : nothing}>
        <button aria-label=${t('stepper.more', { label })} ?disabled=${stuck || (now !== null && now >= most)} @click=${() => step(1)}>+</button>
      </div>
    </div>
  `;
}

/**
 * One of the three declarations (声明), or all of them: said yes or no, with what a no means.
 * @param {App} app
 * @param {Record<string, boolean | undefined>} declared
 * @param {(name: string, value: boolean) => void} declare
 * @param {readonly string[]} names
 */
export function declarations({ t }, declared, declare, names) {
  return names.map((name) => html`
    <fieldset class="declaration" ?data-open=${typeof declared[name] !== 'boolean'}>
      <legend>${t(`declare.${name}`)}</legend>
      <div class="halves">
        ${[true, false].map((value) => html`
          <button class="row" aria-pressed=${declared[name] === value ? 'true' : 'false'} @click=${() => declare(name, value)}>
            <span class="tick" aria-hidden="true"></span><span>${t(value ? 'app.yes' : 'app.no')}</span>
          </button>`)}
      </div>
      ${declared[name] === false ? html`<p class="muted small">${t('declare.no_means')}</p>` : nothing}
    </fieldset>`);
}
