/** Today: what there is to do, what is under way, what became of the earlier visits. */

import { html, nothing } from 'lit-html';

import { isPersisted } from '../device/storage.js';
import { missing, needsOf } from '../model/missing.js';
import { standing as standingReturn } from '../model/planned_return.js';
import { lacking } from '../model/readiness.js';
import { visitReopened } from '../model/visit_events.js';
import { HERE, visitedAssignments } from '../store/drafts.js';
import { losses, readLosses } from '../store/losses.js';
import { keptChecklists, placeOfTask, readPack } from '../store/pack.js';
import { readReturn } from '../store/planned_return.js';
import { lastRescue } from '../store/rescue.js';
import { countVisits, newestWaiting, openVisits, readVisit } from '../store/visits.js';
import { askedWords } from './parts/asked.js';
import { decided, endedList, endedOf } from './parts/ended_list.js';
import { clockTime, shortDate, syncSentence } from './parts/moments.js';
import { returnPart } from './parts/planned_return.js';
import { pinyinNote, placeName, placeTitle } from './parts/places.js';
import { primary, secondary } from './parts/rows.js';
import { lossCards, readyLine, unsafeCard } from './parts/standing.js';
import { lookAtPhone } from './readiness_look.js';

/** @import { Lack } from '../model/missing.js' */
/** @import { Said } from '../model/planned_return.js' */
/** @import { Visit } from '../model/visit.js' */
/** @import { Assignment, Pack, Result } from '../store/pack.js' */
/** @import { App, Screen } from './app.js' */
/** @import { Ended } from './parts/ended_list.js' */
/** @import { Standing } from './parts/standing.js' */

/**
 * @typedef {object} Model
 * @property {Pack | null} pack
 * @property {{visit: Visit, lacks: Lack[]}[]} open
 * @property {{visit: Visit, result: Result}[]} returned  by the office, to be mended
 * @property {Ended[]} ended  of the newest visits
 * @property {number} older  how many visits there are in all, where more are here than are shown
 * @property {Assignment[]} todo  assignments without an open visit
 * @property {Set<string>} visited  assignments whose visit is sealed
 * @property {Standing} standing
 * @property {Said} back  the planned return that stands
 */

/** The newest alone: each row costs a slow phone as much as a touch, and the whole list is one touch away. */
const VISITS_SHOWN = 10;

/** @type {Screen} */
export const todayScreen = { load, view, parent: () => null };

/**
 * @param {App} app
 * @returns {Promise<Model>}
 */
async function load(app) {
  void app.position.follow(null);
  const [kept, checklistOf, under, visits, every, marks, standing, said] = await Promise.all([
    readPack(), keptChecklists(), openVisits(), newestWaiting(VISITS_SHOWN), countVisits(), visitedAssignments(), standingOf(app), readReturn()]);
  const pack = kept?.pack ?? null;
  const needs = needsOf(pack?.params ?? {});
  const open = await Promise.all(under.map(async (visit) => {
    const checklist = await checklistOf(visit.checklist);
    const ground = pack?.assignments.find((one) => one.assignment === visit.assignment) ?? null;
    const lacks = checklist ? missing(visit, checklist, needs, app.ports.clock.now(), ground) : [];
    return { visit, lacks: lacks.filter((one) => one.here) };
  }));
  const todo = (pack?.assignments ?? []).filter((one) => !open.some(({ visit }) => visit.assignment === one.assignment));
  const returned = await returnedOf(pack);
  // A phone that is older than the marks is asked for its newest visits alone.
  const visited = new Set([...marks, ...visits.filter(({ visit }) => visit.state === 'sealed').map(({ visit }) => visit.assignment ?? '')]);
  return {
    pack, open, returned, ended: endedOf(pack, visits), todo, visited, standing, older: every > visits.length ? every : 0,
    back: { plan: standingReturn(said, app.ports.clock.now()), told: said?.told === true },
  };
}

/**
 * What the office sent back to this phone and nobody has taken up yet, the newest visit first, however many lie above it.
 * @param {Pack | null} pack
 */
async function returnedOf(pack) {
  const results = (pack?.results ?? []).filter((one) => one.state === 'returned');
  const visits = await Promise.all(results.map((one) => readVisit(one.visit)));
  const found = results.flatMap((result, at) => {
    const visit = visits[at];
    return visit && decided(result, visit) ? [{ visit, result }] : [];
  });
  return found.sort((a, b) => (a.visit.visit < b.visit.visit ? 1 : -1));
}

/**
 * @param {App} app
 * @returns {Promise<Standing>}
 */
async function standingOf(app) {
  const [all, safe, lost, rescue] = await Promise.all([lookAtPhone(app), isPersisted(), losses(), lastRescue()]);
  return { lacks: lacking(all).length, safe, lost: lost.filter((one) => !one.read), unrescued: rescue.since };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t, shown } = app;
  const main = html`
    <h1 data-first tabindex="-1">${t('today.title')}</h1>
    ${readyLine(app, model.standing)}
    ${lossCards(app, model.standing.lost, () => readLosses().then(() => app.reload()))}
    ${unsafeCard(app, model.standing, model.open.length > 0)}
    ${shown.update ? updateCard(app, model) : nothing}
    ${model.open.map((one, at) => openCard(app, one, at === 0))}
    ${model.returned.map(({ visit, result }) => returnedCard(app, visit, result))}
    ${model.todo.map((one) => taskCard(app, one, model))}
    ${pinyinNote(app, latinNames(model))}
    ${model.pack?.assignments.length ? secondary(app, t('map.open'), () => app.go('map')) : nothing}
    ${model.pack?.assignments.length ? secondary(app, t('today.join'), () => app.go('join')) : nothing}
    ${(model.pack?.hidden ?? []).map((one) => html`
      <section class="card"><p>${t('today.hidden', { time: clockTime(one.reveal_at) })}</p>
        ${one.sealed ? html`<button class="quiet lack" @click=${() => app.go('unlock')}>${t('today.unlock')} <span aria-hidden="true">›</span></button>` : nothing}</section>`)}
    ${nothingToDo(model) ? html`<p class="card muted">${t('today.nothing')}</p>` : nothing}
    ${returnPart(app, { ...model.back, unit: onlyUnit(model), out: !nothingToDo(model) })}
    <section class="sync-line">
      <p>${syncSentence(app)}</p>
      <div class="pair">
        ${secondary(app, t(shown.syncing ? 'sync.running' : 'sync.now'), () => app.sync())}
        ${secondary(app, t('sync.open'), () => app.go('sync'))}
      </div>
    </section>
    ${model.ended.length ? html`<h2>${t('today.earlier')}</h2>${endedList(app, model.ended)}` : nothing}
    ${model.older ? secondary(app, t('today.all', { n: model.older }), () => app.go('earlier')) : nothing}
    ${secondary(app, t('display.open'), () => app.go('display'))}
    <section class="muted small"><p>${t('today.whose', { name: shown.name })}</p></section>
  `;
  return { main, thumb: nextThing(app, model) };
}

/** @param {Model} model */
function latinNames({ open, returned, ended, todo }) {
  return [
    ...[...open, ...returned, ...ended].flatMap(({ visit: { place } }) => [place.unit_latin, place.village_latin]),
    ...todo.flatMap((task) => [task.unit_latin, task.county_latin, task.village_latin]),
  ];
}

/** @param {Model} model */
function nothingToDo({ pack, open, todo }) {
  return open.length === 0 && todo.length === 0 && (pack?.hidden ?? []).length === 0;
}

/**
 * The township of the day; of several, none is said.
 * @param {Model} model
 */
function onlyUnit({ open, todo }) {
  const units = new Set([...open.map(({ visit }) => visit.unit), ...todo.map((task) => task.unit)]);
  return units.size === 1 ? [...units][0] : null;
}

/**
 * @param {App} app
 * @param {Model} model
 */
function nextThing(app, { open, returned, todo }) {
  const { t } = app;
  if (open.length) {
    const { visit } = open[0];
    return primary(app, t('today.continue_at', { place: visit.place.unit_name }), () => app.go('visit', { visit: visit.visit }));
  }
  if (returned.length) {
    const [{ visit, result }] = returned;
    return primary(app, t('returned.go_at', { place: visit.place.unit_name }), () => reopen(app, visit.visit, result.line));
  }
  // Which of several comes first is for the team to say.
  if (todo.length !== 1) return null;
  return primary(app, t('today.begin_at', { place: todo[0].unit_name }), () => app.go('begin', { assignment: todo[0].assignment }));
}

/**
 * @param {App} app
 * @param {{visit: Visit, lacks: Lack[]}} given
 * @param {boolean} first  the one that the button at the thumb goes on with
 */
function openCard(app, { visit, lacks }, first) {
  const { t } = app;
  return html`
    <section class="card">
      <h2>${placeTitle(app, visit.place)}</h2>
      <p>${t('today.under_way', { time: clockTime(visit.opened_at), households: visit.counts.households, photos: visit.counts.photos })}</p>
      <p>${lacks.length ? t('today.lacks', { n: lacks.length }) : t('today.complete')}</p>
      ${first ? nothing : secondary(app, t('today.continue'), () => app.go('visit', { visit: visit.visit }))}
    </section>
  `;
}

/**
 * A returned visit (退回): what to mend, and the way back into it.
 * @param {App} app
 * @param {Visit} visit
 * @param {Result} result
 */
function returnedCard(app, visit, result) {
  const { t } = app;
  return html`
    <section class="card">
      <h2>${placeTitle(app, visit.place)}</h2>
      <p>${t('returned.words', { date: shortDate(result.at) })}</p>
      ${askedWords(app, result)}
      ${secondary(app, t('returned.go'), () => reopen(app, visit.visit, result.line))}
    </section>
  `;
}

/**
 * @param {App} app
 * @param {string} visit
 * @param {string} line
 */
async function reopen(app, visit, line) {
  const params = { visit };
  await app.save(visit, (open) => ({
    facts: open && ['sealed', 'left'].includes(open.state) && open.returned !== line ? [visitReopened(line)] : [], drafts: { [HERE]: { screen: 'visit', params } },
  }));
  app.say('said.reopened');
  await app.go('visit', params);
}

/**
 * @param {App} app
 * @param {Assignment} task
 * @param {Model} model
 */
function taskCard(app, task, model) {
  const { t } = app;
  const alone = model.open.length === 0 && model.todo.length === 1;
  return html`
    <section class="card">
      <h2>${placeTitle(app, placeOfTask(task))}</h2>
      <p class="muted">${placeName(app, task.county_name, task.county_latin)}&nbsp;· ${t(`team.${task.team}`)}</p>
      <p>${t(model.visited.has(task.assignment) ? 'today.visited' : 'today.not_begun')}</p>
      ${alone ? nothing : secondary(app, t('today.begin'), () => app.go('begin', { assignment: task.assignment }))}
    </section>
  `;
}

/**
 * A new version waits until no visit is open, and then until it is wanted (pitfall 22).
 * @param {App} app
 * @param {Model} model
 */
function updateCard(app, { open }) {
  const { t, shown } = app;
  if (open.length) return html`<p class="card muted">${t('update.after_visit')}</p>`;
  return html`
    <section class="card">
      <p>${t('update.ready')}</p>
      ${secondary(app, t('update.now'), async () => shown.update?.())}
    </section>
  `;
}
