/** How the phone looks (显示): the theme, large text, and whether it trembles when something is saved. */

import { html, nothing } from 'lit-html';

import { canTremble, chooseTheme, chooseTremble, storedTheme, THEMES, tremble, trembles } from '../device/appearance.js';
import { choiceRows } from './parts/rows.js';

/** @import { Theme } from '../device/appearance.js' */
/** @import { App, Screen } from './app.js' */

/** @type {Screen} */
export const displayScreen = { load: async () => ({}), view, parent: () => ({ screen: 'today' }) };

/** @param {App} app */
function view(app) {
  const { t } = app;
  const choose = (/** @type {string} */ theme) => {
    chooseTheme(/** @type {Theme} */ (theme));
    app.redraw();
  };
  const main = html`
    <h1 data-first tabindex="-1">${t('display.title')}</h1>
    <h2>${t('display.theme')}</h2>
    ${choiceRows({
      label: t('display.theme'), options: THEMES.map((value) => ({ value, text: t(`display.theme_${value}`) })),
      chosen: (value) => value === storedTheme(), choose,
    })}
    <h2>${t('display.text')}</h2>
    <p>${t('display.text_words')}</p>
    ${canTremble() ? trembleRows(app) : nothing}
  `;
  return { main };
}

/** @param {App} app */
function trembleRows(app) {
  const { t } = app;
  const choose = (/** @type {string} */ value) => {
    chooseTremble(value === 'on');
    tremble('saved');
    app.redraw();
  };
  return html`
    <h2>${t('display.tremble')}</h2>
    ${choiceRows({
      label: t('display.tremble'), options: ['on', 'off'].map((value) => ({ value, text: t(`display.tremble_${value}`) })),
      chosen: (value) => (value === 'on') === trembles(), choose,
    })}`;
}
