/** The page `/parts`: every part that the phone's screens are built of, in every state, as the screens themselves draw it. */

import zhCommon from '../texts/zh/common.json';
import zhHelp from '../texts/zh/help.json';
import zhLook from '../texts/zh/look.json';
import zhPhone from '../texts/zh/phone.json';
import enCommon from '../texts/en/common.json';
import enHelp from '../texts/en/help.json';
import enLook from '../texts/en/look.json';
import enPhone from '../texts/en/phone.json';
import { THEMES } from './device/appearance.js';
import { makeText } from './model/texts.js';
import { drawParts } from './ui/parts/gallery.js';

const SHOWN = THEMES.filter((one) => one !== 'system');
const CATALOGUE = { zh: { ...zhCommon, ...zhPhone, ...zhLook, ...zhHelp }, en: { ...enCommon, ...enPhone, ...enLook, ...enHelp } };

const root = /** @type {HTMLElement} */ (document.getElementById('app'));
const names = { code: 'K7M42QX9', text: '', number: '3' };
/** @type {any} */
const app = {
  language: document.documentElement.lang.startsWith('zh') ? 'zh' : 'en',
  shown: {
    counts: { saved: 41, waiting: 2, arrived: 39 }, syncing: true, busy: false,
    said: { key: 'said.household', read: false }, fault: { code: 'storage_full', values: {} },
  },
  act: async () => {}, back: async () => {}, redraw: draw, go: async () => {},
  speak: (/** @type {string} */ language) => { Object.assign(app, { language }); draw(); },
};

function draw() {
  app.t = makeText(CATALOGUE, app.language);
  document.documentElement.lang = app.t('html_lang');
  drawParts(app, root, { names, themes: SHOWN, wears: () => document.documentElement.dataset.theme ?? 'light', wear });
}

/** @param {string} theme  only looked at here, never remembered */
function wear(theme) {
  document.documentElement.dataset.theme = theme;
  draw();
}

wear('light');
