/**
 * The map (地图): where one is and how sure that is, first in words, then as a picture; the villages with the way to the
 * chosen one; the townships around with what the own team has done. All of it is on the phone.
 */

import { html, nothing } from 'lit-html';

import { fieldScene, pointOf } from '../model/field_scene.js';
import { signedDistance } from '../model/place.js';
import { gapAfter } from '../model/texts.js';
import { readPack } from '../store/pack.js';
import { readVisit } from '../store/visits.js';
import { pinyinNote, placeName, plainName } from './parts/places.js';
import { choiceRows } from './parts/rows.js';
import { wayWords, whereabouts } from './parts/whereabouts.js';

/** @import { Picture } from '../model/field_scene.js' */
/** @import { Assignment, MapTownship } from '../store/pack.js' */
/** @import { App, Params, Screen } from './app.js' */

/**
 * @typedef {object} Model
 * @property {Assignment[]} tasks
 * @property {Assignment | null} task  whose township is looked at: of the visit, or picked; else the nearest
 * @property {MapTownship[]} townships
 * @property {string | null} chosen  a village; the task's own where none was picked
 * @property {boolean} broken  the picture could not be drawn
 */

const MARKS = { covered_both: '◆', covered: '●', visited_unverified: '◐', unvisited: '○', excluded: '–' };

/** What is drawn while the screen is open. @type {Picture | null} */
let picture = null;

/** @type {Screen} */
export const mapScreen = {
  load, view, shown, leave, typed: ['task', 'chosen', 'broken'],
  parent: ({ visit }) => (visit ? { screen: 'visit', params: { visit } } : { screen: 'today' }),
};

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model>}
 */
async function load(app, params) {
  const [kept, visit] = await Promise.all([readPack(), params.visit ? readVisit(params.visit) : null]);
  if (visit?.state === 'open') await app.position.follow(visit);
  else await app.position.look();
  const tasks = kept?.pack.assignments ?? [];
  const task = tasks.find((one) => one.assignment === visit?.assignment) ?? null;
  return { tasks, task, townships: kept?.pack.townships ?? [], chosen: visit?.village ?? null, broken: false };
}

/**
 * The model with the township and the village that it is about now: of several tasks the one where the phone is, or
 * nearest to it.
 * @param {App} app
 * @param {Model} model
 */
function settled(app, model) {
  const here = app.position.here();
  const away = (/** @type {Assignment} */ one) => (here && signedDistance(one.outline, here)) ?? -Infinity;
  const task = model.task ?? model.tasks.reduce((best, one) => (best && away(best) >= away(one) ? best : one), /** @type {Assignment | null} */ (null));
  return { ...model, task, chosen: model.chosen ?? task?.village ?? null };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const now = settled(app, model);
  const { task, tasks } = now;
  const best = app.position.here();
  // The picture follows the words once these stand.
  queueMicrotask(() => picture?.show(sceneOf(app, model)));
  const main = html`
    <h1 data-first tabindex="-1">${t('map.title')}</h1>
    <div role="status">${whereabouts(app, task, best)}</div>
    ${task ? chosenVillage(app, now) : html`<p>${t('map.no_task')}</p>`}
    ${model.broken ? html`<p class="muted">${t('map.broken')}</p>` : pictureFrame(app, best !== null)}
    ${task ? villageList(app, model, now) : nothing}
    ${tasks.length > 1 ? whichTask(app, model, task) : nothing}
    ${model.townships.length ? townshipList(app, now) : nothing}
    ${pinyinNote(app, [...model.townships, ...task?.villages ?? []].map((one) => one.latin))}
  `;
  return { main };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function shown(app, model) {
  const element = document.getElementById('field-map');
  if (!element) return;
  app.fieldMap().then(({ FieldMap: Drawn }) => {
    // The screen may have been left while the map's script came.
    if (!element.isConnected || picture) return;
    picture = new Drawn(element);
    picture.show(sceneOf(app, model));
  }).catch((fault) => {
    console.error(fault);
    model.broken = true;
    app.redraw();
  });
}

/** @param {App} app */
function leave(app) {
  void app.position.lookAway();
  picture?.remove();
  picture = null;
}

/**
 * @param {App} app
 * @param {Model} model
 */
function sceneOf(app, model) {
  const { task, tasks, townships, chosen } = settled(app, model);
  return fieldScene({ task, tasks, townships, chosen, best: app.position.here(), latin: app.language !== 'zh' });
}

/**
 * @param {App} app
 * @param {boolean} placed
 */
function pictureFrame({ t }, placed) {
  return html`
    <div id="field-map" class="field-map" role="group" aria-label=${t('map.picture')}></div>
    <div class="map-tools">
      <button class="touch" aria-label=${t('map.closer')} @click=${() => picture?.zoom(1)}>+</button>
      <button class="touch" aria-label=${t('map.further')} @click=${() => picture?.zoom(-1)}>−</button>
      <button class="touch" @click=${() => picture?.whole()}>${t('map.township')}</button>
      <button class="touch" ?disabled=${!placed} @click=${() => picture?.toHere()}>${t('map.me')}</button>
    </div>`;
}

/**
 * @param {App} app
 * @param {Model} model
 * @param {Assignment | null} task  that is shown
 */
function whichTask(app, model, task) {
  const rows = choiceRows({
    label: app.t('map.which'), options: model.tasks.map((one) => ({ value: one.assignment, text: plainName(app, one.unit_name, one.unit_latin) })),
    chosen: (value) => value === task?.assignment,
    choose: (value) => {
      model.task = model.tasks.find((one) => one.assignment === value) ?? null;
      model.chosen = null;
      app.redraw();
      picture?.show(sceneOf(app, model));
      picture?.whole();
    },
  });
  return html`<details class="more"><summary>${app.t('map.which')}</summary>${rows}</details>`;
}

/**
 * The way to the chosen village, in words.
 * @param {App} app
 * @param {Model} model
 */
function chosenVillage(app, { task, chosen }) {
  const { t } = app;
  const village = task?.villages.find((one) => one.id === chosen);
  if (!village) return nothing;
  const point = pointOf(village);
  const way = point && wayWords(app, app.position.here(), point);
  const to = t('map.to', { village: plainName(app, village.name, village.latin) });
  return html`<p class="to-village">${to}${gapAfter(to)}${point ? way ?? t('map.no_position') : t('map.place_unknown')}</p>`;
}

/**
 * @param {App} app
 * @param {Model} model  that the choice is written to
 * @param {Model} now
 */
function villageList(app, model, now) {
  const { t } = app;
  const best = app.position.here();
  const villages = now.task?.villages ?? [];
  const known = villages.filter(pointOf);
  return html`
    <details class="more">
      <summary>${t('map.villages', { n: villages.length, known: known.length })}</summary>
      ${choiceRows({
        label: t('map.villages_choose'),
        options: [...known, ...villages.filter((one) => !pointOf(one))].map((one) => {
          const point = pointOf(one);
          const way = point ? wayWords(app, best, point) ?? t('map.on_map') : t('map.place_unknown');
          return { value: one.id, text: t('map.village_line', { village: plainName(app, one.name, one.latin), way }) };
        }),
        chosen: (value) => value === now.chosen,
        choose: (value) => {
          model.chosen = value;
          app.redraw();
        },
      })}
    </details>`;
}

/**
 * The picture's townships for whoever does not look at it.
 * @param {App} app
 * @param {Model} model
 */
function townshipList(app, { townships, task }) {
  const { t } = app;
  // The task's own first; the others as the register orders them.
  const ordered = [...townships].sort((one, other) => Number(other.unit === task?.unit) - Number(one.unit === task?.unit));
  return html`
    <details class="more">
      <summary>${t('map.townships', { n: townships.length })}</summary>
      <p class="muted small">${t('map.own_team')}</p>
      <ul class="list">
        ${ordered.map((one) => html`<li>
          <span aria-hidden="true">${MARKS[one.status]}</span> ${placeName(app, one.name, one.latin)}
          <span class="muted">${one.county_name}&nbsp;· ${t(one.status === 'unvisited' ? 'map.not_visited' : `status.${one.status}`)}${one.unit === task?.unit
            ? `\u00a0· ${t('map.assigned')}` : nothing}</span></li>`)}
      </ul>
    </details>`;
}
