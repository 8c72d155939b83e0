/** Opens a sealed task (封存的任务) without a network: by the code that the office reads out by telephone. */

import { html, nothing } from 'lit-html';

import { digitsMissing, tidyUnlockCode } from '../model/unlock_code.js';
import { keepOpened, readPack } from '../store/pack.js';
import { clockTime } from './parts/moments.js';
import { field, primary } from './parts/rows.js';

/** @import { Hidden } from '../store/pack.js' */
/** @import { App, Screen } from './app.js' */

/** @typedef {{tasks: Hidden[], code: string, wrong: boolean}} Model */

/** @type {Screen} */
export const unlockScreen = { load, view, typed: ['code', 'wrong'], parent: () => ({ screen: 'today' }) };

/** @returns {Promise<Model>} */
async function load() {
  const hidden = (await readPack())?.pack.hidden ?? [];
  return { tasks: hidden.filter((one) => one.batch && one.sealed), code: '', wrong: false };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const onInput = (/** @type {string} */ code) => {
    Object.assign(model, { code, wrong: false });
    app.redraw();
  };
  const left = digitsMissing(model.code);
  const main = html`
    <h1 data-first tabindex="-1">${t('unlock.title')}</h1>
    <p>${model.tasks.length ? t('unlock.words', { time: model.tasks.map((one) => clockTime(one.reveal_at)).join(t('unlock.comma')) })
      : t('unlock.none')}</p>
    ${field({ id: 'code', label: t('unlock.code'), hint: t('unlock.code_words'), value: model.code, onInput })}
    ${left > 0 && model.code ? html`<p class="muted">${t('unlock.left', { n: left })}</p>` : nothing}
    ${model.wrong || (left <= 0 && !tidyUnlockCode(model.code)) ? html`<p class="fault" role="alert">${t('unlock.wrong')}</p>` : nothing}
    <p class="muted small">${t('unlock.logged')}</p>
  `;
  return { main, thumb: primary(app, t('unlock.go'), () => unlock(app, model), { disabled: !tidyUnlockCode(model.code) }) };
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function unlock(app, model) {
  const code = tidyUnlockCode(model.code);
  if (!code) return;
  for (const { batch, sealed } of model.tasks) {
    const opened = await app.ports.crypto.openTask(code, batch ?? '', sealed ?? '');
    if (opened) {
      await keepOpened(batch ?? '', JSON.parse(opened));
      app.say('said.unlocked');
      await app.go('today', {}, { history: 'replace' });
      return;
    }
  }
  model.wrong = true;
  app.redraw();
}
