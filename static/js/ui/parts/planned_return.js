/** A planned return on Today: small, of one's own accord, and taken back with one tap. */

import { html, nothing } from 'lit-html';

import { laterToday } from '../../model/planned_return.js';
import { sayReturn } from '../../store/planned_return.js';
import { clockTime } from './moments.js';
import { secondary } from './rows.js';

/** @import { PlannedReturn } from '../../model/planned_return.js' */
/** @import { App } from '../app.js' */

/**
 * @param {App} app
 * @param {{plan: PlannedReturn | null, told: boolean, unit: string | null, out: boolean}} given  `unit`: the township of the
 *   day, where there is just one; `out`: there is something to do today
 */
export function returnPart(app, { plan, told, unit, out }) {
  const { t } = app;
  if (!plan) return out ? asking(app, unit) : nothing;
  return html`
    <section class="card">
      <p>${t('return.said', { time: clockTime(plan.at) })} ${t(told ? 'return.told' : 'return.not_told')}</p>
      ${secondary(app, t('return.back'), () => say(app, null))}
    </section>`;
}

/**
 * @param {App} app
 * @param {string | null} unit
 */
function asking(app, unit) {
  const { t } = app;
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const time = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('back') ?? '');
    const at = laterToday(time, app.ports.clock.now());
    void app.act(async () => {
      if (at === null) app.say('return.past');
      else await say(app, { at, unit });
    });
  };
  return html`
    <details class="more">
      <summary>${t('return.title')}</summary>
      <form @submit=${submit}>
        <p class="muted small" id="return-hint">${t('return.about')}</p>
        <div class="field">
          <label for="return-time">${t('return.time')}</label>
          <input id="return-time" name="back" type="time" required aria-describedby="return-hint">
        </div>
        <button class="wide touch" ?disabled=${app.shown.busy}>${t('return.say')}</button>
      </form>
    </details>`;
}

/**
 * @param {App} app
 * @param {PlannedReturn | null} plan
 */
async function say(app, plan) {
  await sayReturn(plan);
  app.say(plan ? 'return.saved' : 'return.welcome');
  await app.reload();
  void app.sync();
}
