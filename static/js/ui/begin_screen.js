/** Before a visit (走访) begins: which village, and the three declarations. */

import { html, nothing } from 'lit-html';

import { newVisitId } from '../model/join_code.js';
import { DECLARATIONS, visitOpened } from '../model/visit_events.js';
import { HERE, readDraft, writeDraft } from '../store/drafts.js';
import { placeOfTask, readPack } from '../store/pack.js';
import { pinyinNote, placeName, plainName } from './parts/places.js';
import { declarations, primary, undeclared } from './parts/rows.js';

/** @import { Assignment, Pack } from '../store/pack.js' */
/** @import { App, Params, Screen } from './app.js' */

/**
 * @typedef {{village: string | null, declared: Record<string, boolean>}} Draft
 * @typedef {{pack: Pack, task: Assignment, draft: Draft}} Model
 */

/** @type {Screen} */
export const beginScreen = { load, view, typed: ['draft'], parent: () => ({ screen: 'today' }) };

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, { assignment }) {
  const pack = (await readPack())?.pack;
  const task = pack?.assignments.find((one) => one.assignment === assignment);
  if (!pack || !task) {
    await app.go('today', {}, { history: 'replace' });
    return null;
  }
  const draft = (await readDraft(draftKey(assignment))) ?? { village: task.village, declared: {} };
  return { pack, task, draft };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const { task, draft } = model;
  const change = async (/** @type {Draft} */ changed) => {
    model.draft = changed;
    app.redraw();
    await writeDraft(draftKey(task.assignment), changed);
  };
  const main = html`
    <h1 data-first tabindex="-1">${placeName(app, task.unit_name, task.unit_latin)}</h1>
    <p class="muted">${placeName(app, task.county_name, task.county_latin)}</p>
    ${task.village ? html`<p>${placeName(app, task.village_name ?? '', task.village_latin)}</p>` : villageField(app, model, change)}
    ${pinyinNote(app, [task.unit_latin, task.county_latin])}
    <h2>${t('begin.declare')}</h2>
    <p class="muted">${t('begin.declare_words')}</p>
    ${declarations(app, draft.declared, (name, value) => change({ ...draft, declared: { ...draft.declared, [name]: value } }), DECLARATIONS)}
    <p class="muted small">${t('begin.position_words')}</p>
  `;
  const ready = DECLARATIONS.every((name) => typeof draft.declared[name] === 'boolean');
  return { main, thumb: ready ? primary(app, t('begin.go'), () => open(app, model)) : undeclared(app) };
}

/**
 * @param {App} app
 * @param {Model} model
 * @param {(draft: Draft) => Promise<void>} change
 */
function villageField(app, { task, draft }, change) {
  const { t } = app;
  if (task.villages.length === 0) return nothing;
  return html`
    <div class="field">
      <label for="village">${t('begin.village')}</label>
      <select id="village" class="touch" @change=${(/** @type {Event} */ event) => change(
        { ...draft, village: /** @type {HTMLSelectElement} */ (event.target).value || null })}>
        <option value="" ?selected=${draft.village === null}>${t('begin.village_later')}</option>
        ${task.villages.map((one) => html`<option value=${one.id} ?selected=${draft.village === one.id}>${plainName(app, one.name, one.latin)}</option>`)}
      </select>
    </div>
  `;
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function open(app, { pack, task, draft }) {
  const names = { round: pack.round?.id ?? '', assignment: task.assignment };
  const visit = await newVisitId(app.ports.crypto, names, app.ports.clock.now());
  const fact = visitOpened({
    ...names, unit: task.unit, village: draft.village, team: task.team,
    checklist: pack.checklist.version, app: app.version,
    declarations: /** @type {import('../model/visit.js').Declarations} */ (draft.declared),
  });
  const village = task.villages.find((one) => one.id === draft.village);
  await app.save(visit, () => ({
    facts: [fact], drafts: { [HERE]: { screen: 'companion', params: { visit } } }, dropDrafts: [draftKey(task.assignment)],
  }), placeOfTask(task, village));
  app.say('said.begun');
  await app.go('companion', { visit }, { history: 'replace' });
}

/** @param {string} assignment */
function draftKey(assignment) {
  return `begin:${assignment}`;
}
