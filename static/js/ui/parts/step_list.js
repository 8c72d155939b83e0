/** Every step of an interview in one list: what is done, what is open, and the way to each. */

import { html, nothing } from 'lit-html';

/** @import { Step } from '../../model/interview.js' */
/** @import { App } from '../app.js' */
/** @import { InterviewFlow } from '../interview_flow.js' */

/**
 * @param {App} app
 * @param {InterviewFlow} flow
 * @param {string} summary
 */
export function stepList(app, flow, summary) {
  const here = flow.current().key;
  const toggle = (/** @type {Event} */ event) => {
    flow.model.listing = /** @type {HTMLDetailsElement} */ (event.target).open;
    app.redraw();
  };
  return html`
    <details class="jump" @toggle=${toggle}>
      <summary class="muted small">${summary}</summary>
      ${flow.model.listing ? html`<ul class="checks">
        ${flow.all().map((step) => html`<li class=${step.done ? 'done' : 'open'}>
          <button class="quiet lack" aria-current=${step.key === here ? 'step' : 'false'} @click=${() => flow.show(step.key)}>${stepName(app, step)}
            <span class="sr-only">${app.t(step.done ? 'step.done' : 'step.open')}</span></button></li>`)}
      </ul>` : nothing}
    </details>`;
}

/**
 * @param {App} app
 * @param {Step} step
 */
function stepName({ t, language }, { kind, key, question }) {
  const words = question ? (language === 'zh' ? question.zh : question.en) : '';
  if (kind === 'question') return words;
  if (kind === 'choice') return t(`choice.${key}`);
  return question ? t(`step.${kind}_of`, { words }) : t(`step.${kind}`);
}
