/** Help (帮助), offline: the twelve questions of the field, opened at the one that the screen before raises. */

import { html } from 'lit-html';

import { picturePath, QUESTIONS, questionOf } from '../model/help.js';
import { secondary } from './parts/rows.js';

/** @import { HelpQuestion } from '../model/help.js' */
/** @import { App, Destination, Screen } from './app.js' */

/** @typedef {{at: HelpQuestion | null}} Model */

/** @type {Screen} */
export const helpScreen = {
  load: async (_app, { from }) => ({ at: questionOf(from?.screen ?? '') }),
  view,
  shown: () => document.querySelector('.answer[open]')?.scrollIntoView({ block: 'start' }),
  parent: ({ from }) => /** @type {Destination} */ (from ?? { screen: 'today' }),
};

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, { at }) {
  const { t } = app;
  const main = html`
    <h1 data-first tabindex="-1">${t('help.title')}</h1>
    <p class="muted">${t('help.words')}</p>
    ${QUESTIONS.map((one) => html`
      <details class="answer" name="answer" ?open=${one === at}>
        <summary>${t(`help.${one}`)}</summary>
        <ol class="points">${t(`help.${one}_answer`).split('\n').map((step) => html`<li>${step}</li>`)}</ol>
        ${picture(app, one)}
      </details>`)}
    <h2>${t('help.display')}</h2>
    ${secondary(app, t('display.open'), () => app.go('display'))}
  `;
  return { main, helpless: true };
}

/**
 * What has no picture yet, or lost it, shows none: the words stand for themselves.
 * @param {App} app
 * @param {HelpQuestion} question
 */
function picture({ t, language }, question) {
  const gone = (/** @type {Event} */ event) => /** @type {HTMLElement} */ (event.target).remove();
  return html`<img class="shot" src=${picturePath(question, language)} alt=${t('help.picture')} width="300" loading="lazy" @error=${gone}>`;
}
