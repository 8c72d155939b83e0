/** Joins a team-mate's visit with this phone: the code that the other phone shows, typed here or brought by its link. */

import { html, nothing } from 'lit-html';

import { clearAddressHash } from '../device/browser.js';
import { tidyJoinCode, visitOfCode } from '../model/join_code.js';
import { firstNumber } from '../model/mates.js';
import { visitJoined } from '../model/visit_events.js';
import { currentDevice } from '../store/devices.js';
import { HERE } from '../store/drafts.js';
import { placeOfTask, readPack } from '../store/pack.js';
import { readVisit } from '../store/visits.js';
import { field, primary } from './parts/rows.js';

/** @import { Assignment, Pack } from '../store/pack.js' */
/** @import { App, Params, Screen } from './app.js' */

/** @typedef {{pack: Pack | null, code: string, wrong: boolean}} Model */

/** @type {Screen} */
export const joinScreen = { load, view, typed: ['code', 'wrong'], parent: () => ({ screen: 'today' }) };

/**
 * @param {App} _app
 * @param {Params} params
 * @returns {Promise<Model>}
 */
async function load(_app, { code = '' }) {
  return { pack: (await readPack())?.pack ?? null, code, wrong: false };
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
  const main = html`
    <h1 data-first tabindex="-1">${t('join.title')}</h1>
    <p>${t('join.words')}</p>
    ${field({ id: 'code', label: t('join.code'), hint: t('join.code_words'), value: model.code, onInput })}
    ${model.wrong ? html`<p class="fault" role="alert">${t('join.wrong')}</p>` : nothing}
    <p class="muted small">${t('join.numbers_words')}</p>
  `;
  return { main, thumb: primary(app, t('join.go'), () => join(app, model), { disabled: !tidyJoinCode(model.code) }) };
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function join(app, model) {
  const found = await find(app, model);
  model.wrong = found === null;
  if (!found) return;
  const { visit, task, pack } = found;
  clearAddressHash();
  const params = { visit };
  if (!(await readVisit(visit))) {
    const own = (await currentDevice())?.inspector.id ?? '';
    const fact = visitJoined({
      assignment: task.assignment, round: pack.round?.id ?? '', unit: task.unit, village: task.village, team: task.team,
      checklist: pack.checklist.version, app: app.version, numbersFrom: firstNumber(task.members, own),
    });
    await app.save(visit, (known) => ({ facts: known ? [] : [fact], drafts: { [HERE]: { screen: 'visit', params } } }),
      placeOfTask(task));
    app.say('said.joined');
  }
  await app.go('visit', params, { history: 'replace' });
}

/**
 * The code itself says which of the phone's assignments it belongs to.
 * @param {App} app
 * @param {Model} model
 * @returns {Promise<{visit: string, task: Assignment, pack: Pack} | null>}
 */
async function find({ ports }, { pack, code }) {
  for (const task of pack?.assignments ?? []) {
    const names = { round: pack?.round?.id ?? '', assignment: task.assignment };
    const visit = await visitOfCode(ports.crypto, names, code, ports.clock.now());
    if (visit) return { visit, task, pack: /** @type {Pack} */ (pack) };
  }
  return null;
}
