/** Before a visit (走访) begins: which village, and the three declarations. */

import { html, nothing } from 'lit-html';

import { newVisitId } from '../model/join_code.js';
import { nearestVillage, placeOf } from '../model/nearest_village.js';
import { gapAfter } from '../model/texts.js';
import { REASONS, villagesDrawn } from '../model/village_draw.js';
import { DECLARATIONS, villageDrawn, visitOpened } from '../model/visit_events.js';
import { HERE, readDraft, writeDraft } from '../store/drafts.js';
import { placeOfTask, readPack } from '../store/pack.js';
import { latinLine, placeName, plainName } from './parts/places.js';
import { declarations, primary, secondary, undeclared } from './parts/rows.js';
import { distanceWords } from './parts/whereabouts.js';

/** @import { Assignment, Pack } from '../store/pack.js' */
/** @import { App, Params, Screen } from './app.js' */

/**
 * @typedef {{village: string | null, declared: Record<string, boolean>, other?: boolean, reason?: string}} Draft  `other`: another
 *   village than the drawn one
 * @typedef {{pack: Pack, task: Assignment, draft: Draft, drawn: string | null}} Model  `drawn`: null where none can be
 */

/** @type {Screen} */
export const beginScreen = { load, view, typed: ['draft'], parent: () => ({ screen: 'today' }), leave };

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, { assignment }) {
  const [kept, typed] = await Promise.all([readPack(), readDraft(draftKey(assignment))]);
  const pack = kept?.pack;
  const task = pack?.assignments.find((one) => one.assignment === assignment);
  if (!pack || !task) {
    await app.go('today', {}, { history: 'replace' });
    return null;
  }
  if (!task.village && task.villages.some((one) => placeOf(one, pack.learned ?? []))) await app.position.look();
  const drawn = task.village ? null : await drawnVillage(app, task);
  const draft = typed ?? { village: task.village ?? drawn, declared: {} };
  return { pack, task, draft, drawn };
}

/**
 * @param {App} app
 * @param {Assignment} task
 */
async function drawnVillage(app, task) {
  if (!task.village_seed || task.villages.length === 0) return null;
  return (await villagesDrawn(task.village_seed, task.villages.map((one) => one.id), app.ports.crypto.sha256))[0];
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
    <h1 data-first tabindex="-1">${task.unit_name}</h1>
    <p class="muted">${task.county_name}</p>
    ${latinLine(app, [task.unit_latin, task.county_latin])}
    ${task.village ? html`<p>${placeName(app, task.village_name ?? '', task.village_latin)}</p>` : villagePart(app, model, change)}
    ${task.village ? nothing : nearestPart(app, model, change)}
    <h2>${t('begin.declare')}</h2>
    <p class="muted">${t('begin.declare_words')}</p>
    ${declarations(app, draft.declared, (name, value) => change({ ...draft, declared: { ...draft.declared, [name]: value } }), DECLARATIONS)}
    <p class="muted small">${t('begin.position_words')}</p>
  `;
  const ready = DECLARATIONS.every((name) => typeof draft.declared[name] === 'boolean');
  if (unexplained(model)) return { main, thumb: primary(app, t('begin.village_why'), async () => {}, { disabled: true }) };
  return { main, thumb: ready ? primary(app, t('begin.go'), () => open(app, model)) : undeclared(app) };
}

/**
 * Whether another village than the drawn one was taken and nobody said why.
 * @param {Model} model
 */
function unexplained({ drawn, draft }) {
  return drawn !== null && draft.village !== null && draft.village !== drawn && !draft.reason;
}

/**
 * The drawn village, and another one in its place where there is a reason.
 * @param {App} app
 * @param {Model} model
 * @param {(draft: Draft) => Promise<void>} change
 */
function villagePart(app, model, change) {
  const { t } = app;
  const { task, draft, drawn } = model;
  const village = task.villages.find((one) => one.id === drawn);
  if (!village) return villageField(app, model, change);
  return html`
    <p>${t('begin.drawn')}${gapAfter(t('begin.drawn'))}<strong>${placeName(app, village.name, village.latin)}</strong></p>
    ${draft.other ? html`${villageField(app, model, change)}
      <div class="field">
        <label for="why">${t('begin.village_why')}</label>
        <select id="why" class="touch" @change=${(/** @type {Event} */ event) => change(
          { ...draft, reason: /** @type {HTMLSelectElement} */ (event.target).value })}>
          <option value="" ?selected=${!draft.reason}>–</option>
          ${REASONS.map((one) => html`<option value=${one} ?selected=${draft.reason === one}>${t(`begin.why.${one}`)}</option>`)}
        </select>
      </div>` : secondary(app, t('begin.another'), () => change({ ...draft, other: true }))}
  `;
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
 * The village that is nearest to the phone, in words; nothing is chosen by it.
 * @param {App} app
 * @param {Model} model
 * @param {(draft: Draft) => Promise<void>} change
 */
function nearestPart(app, { pack, task, draft, drawn }, change) {
  const { t } = app;
  const found = nearestVillage(task.villages, pack.learned ?? [], app.position.here());
  if (!found) return nothing;
  const { village } = found;
  const take = () => change({ ...draft, village: village.id, other: drawn !== null && village.id !== drawn });
  const nearest = t('begin.nearest', { village: plainName(app, village.name, village.latin), distance: distanceWords(app, found.metres) });
  const learned = found.error_m === null ? nothing
    : html`${gapAfter(nearest)}<span class="muted">${t('begin.nearest_learned', { error: distanceWords(app, found.error_m) })}</span>`;
  return html`
    <p id="nearest">${nearest}${learned}</p>
    ${draft.village === village.id ? nothing : secondary(app, t('begin.nearest_take'), take)}
  `;
}

/** @param {App} app */
function leave(app) {
  void app.position.lookAway();
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function open(app, { pack, task, draft, drawn }) {
  const names = { round: pack.round?.id ?? '', assignment: task.assignment };
  const visit = await newVisitId(app.ports.crypto, names, app.ports.clock.now());
  const fact = visitOpened({
    ...names, unit: task.unit, village: draft.village, team: task.team,
    checklist: pack.checklist.version, app: app.version,
    declarations: /** @type {import('../model/visit.js').Declarations} */ (draft.declared),
  });
  const village = task.villages.find((one) => one.id === draft.village);
  await app.save(visit, () => ({
    facts: [fact, ...drawnFacts(task, draft, drawn)], drafts: { [HERE]: { screen: 'companion', params: { visit } } }, dropDrafts: [draftKey(task.assignment)],
  }), placeOfTask(task, village));
  app.say('said.begun');
  await app.go('companion', { visit }, { history: 'replace' });
}

/**
 * @param {Assignment} task
 * @param {Draft} draft
 * @param {string | null} drawn
 */
function drawnFacts({ village_seed: seed }, { village, reason }, drawn) {
  if (!seed || drawn === null || village === null) return [];
  return [villageDrawn({ seed, drawn, taken: village, reason: village === drawn ? null : reason ?? null })];
}

/** @param {string} assignment */
function draftKey(assignment) {
  return `begin:${assignment}`;
}
