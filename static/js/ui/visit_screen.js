/** A visit (走访) under way: what is missing in words, where one stands, and the next thing as one button. */

import { html, nothing } from 'lit-html';

import { grade } from '../model/fix.js';
import { foundBy } from '../model/household_draw.js';
import { missing } from '../model/missing.js';
import { pointInside } from '../model/place.js';
import { askedCard } from './parts/asked.js';
import { forReview, lackLine } from './parts/lacks.js';
import { matesCard } from './parts/mates.js';
import { clockTime } from './parts/moments.js';
import { latinLine, plainTitle } from './parts/places.js';
import { primary, secondary } from './parts/rows.js';
import { openVisitContext, placeOf, unsavedWork } from './visit_context.js';

/** @import { Interview } from '../model/interview.js' */
/** @import { Lack } from '../model/missing.js' */
/** @import { Household, Visit } from '../model/visit.js' */
/** @import { App, Params, Screen } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/** @typedef {VisitContext & {lacks: Lack[], drafts: Interview[], unsavedAnswers: number}} Model */

/** @type {Screen} */
export const visitScreen = { load, view, parent: () => ({ screen: 'today' }) };

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, params) {
  const context = await openVisitContext(app, params.visit);
  if (!context) return null;
  const { households: drafts, answers: unsavedAnswers } = unsavedWork(context);
  const lacks = missing(context.visit, context.checklist, context.needs, app.ports.clock.now(), context.assignment);
  return { ...context, drafts, unsavedAnswers, lacks };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const { visit, lacks } = model;
  const here = lacks.filter((one) => one.here);
  const main = html`
    <h1 data-first tabindex="-1">${plainTitle(visit.place)}</h1>
    ${latinLine(app, [visit.place.unit_latin, visit.place.village_latin])}
    <button class="quiet lack" @click=${() => app.go('map', { visit: visit.visit })}>
      <span>${positionLine(app, model)}</span><span class="unbroken">${t('map.title')} <span aria-hidden="true">›</span></span></button>
    ${model.asked ? askedCard(app, model.asked) : nothing}
    ${matesCard(app, model)}
    <section class="card">
      <h2>${here.length ? t('at_visit.missing') : t('at_visit.complete')}</h2>
      ${here.length
        ? html`<ul class="lacks">${here.map((lack) => html`<li>${lackLine(app, { visit: visit.visit }, lack)}</li>`)}</ul>`
        : html`<p>${t('at_visit.complete_words')}</p>`}
      ${forReview(app, lacks)}
    </section>
    ${unsavedVillage(app, model)}
    ${households(app, model)}
    ${visit.notes.length ? html`<p class="muted">${t('at_visit.notes', { n: visit.notes.length })}</p>` : nothing}
    ${visit.cadre_at ? html`<p class="muted">${t('at_visit.cadre', { time: clockTime(visit.cadre_at) })}</p>` : nothing}
    ${visit.disclosed_at ? html`<p class="muted">${t('at_visit.disclosed', { time: clockTime(visit.disclosed_at) })}</p>` : nothing}
    ${more(app, model)}
  `;
  return { main, thumb: thumb(app, model) };
}

/**
 * Words before numbers; the watch goes on whatever they say.
 * @param {App} app
 * @param {Model} model
 */
function positionLine(app, { visit, assignment }) {
  const { t, position } = app;
  const best = position.here();
  const quality = grade(best);
  if (best === null) {
    return html`<span class="position">${t(position.trouble === 'denied' ? 'position.denied' : 'position.none')}</span>`;
  }
  const place = placeOf(assignment, best) ?? 'unknown';
  const values = { unit: visit.place.unit_name, acc: Math.round(best.acc) };
  return html`<span class="position">
    ${t(`position.${place}`, values)}
    ${quality === 'poor' ? t('position.poor') : nothing}
  </span>`;
}

/**
 * @param {App} app
 * @param {Model} model
 */
function unsavedVillage(app, { visit, unsavedAnswers }) {
  if (unsavedAnswers === 0) return nothing;
  return html`<button class="quiet lack" @click=${() => app.go('village', { visit: visit.visit })}>
    ${app.t('at_visit.unsaved_answers', { n: unsavedAnswers })} <span aria-hidden="true">›</span></button>`;
}

/**
 * @param {App} app
 * @param {Model} model
 */
function households(app, { visit, drafts }) {
  const { t } = app;
  if (visit.households.length + drafts.length === 0) return nothing;
  return html`
    <h2>${t('at_visit.households')}</h2>
    <p class="muted small">${waysFound(app, visit)}</p>
    <ul class="list">
      ${drafts.map((draft) => html`<li>
        <button class="quiet lack" @click=${() => app.go('household', { visit: visit.visit, household: draft.household })}>
          ${t('at_visit.draft', { number: draft.number })} <span aria-hidden="true">›</span>
        </button></li>`)}
      ${visit.households.map((one) => html`<li>${householdLine(app, one)}</li>`)}
    </ul>
  `;
}

/**
 * How many households were found in which way: those at random alone enter a rate.
 * @param {App} app
 * @param {Visit} visit
 */
function waysFound({ t }, visit) {
  const ways = Object.entries(foundBy(visit));
  return ways.map(([way, n]) => t('selection.so_far', { selection: t(`selection.${way}`), n })).join(t('app.comma'));
}

/**
 * @param {App} app
 * @param {Household} household
 */
function householdLine({ t }, { number, type, outcome, at, covert, watched }) {
  return html`${t('at_visit.household', { number, type: t(`type.${type}`), outcome: t(`outcome.${outcome}`), time: clockTime(at) })}
    ${covert ? nothing : html`<span class="muted">${t('at_visit.not_covert')}</span>`}
    ${covert && watched ? html`<span class="muted">${t('at_visit.watched')}</span>` : nothing}`;
}

/**
 * @param {App} app
 * @param {Model} model
 */
function thumb(app, model) {
  const { t } = app;
  const { visit, drafts, lacks } = model;
  const id = { visit: visit.visit };
  const next = lacks.find((lack) => lack.go !== null);
  const main = model.sealedAt
    ? primary(app, t('seal.leave'), () => app.go('seal', id))
    : drafts.length
    ? primary(app, t('at_visit.go_on_household', { number: drafts[0].number }), () => app.go('household', { ...id, household: drafts[0].household }))
      : next
      ? primary(app, t(`next.${next.key}`, next.values), () => app.go(next.go?.screen ?? 'visit', { ...id, ...next.go?.params }))
      : primary(app, t('next.seal'), () => app.go('seal', id));
  return html`${main}
    <div class="pair">
      ${secondary(app, t('at_visit.photo'), () => app.go('camera', { ...id, kind: 'place', many: true }))}
      ${isOwnDone(lacks) ? secondary(app, t('at_visit.seal'), () => app.go('seal', id))
        : visit.disclosed_at || next?.go?.screen === 'household'
          ? secondary(app, t('at_visit.village'), () => app.go('village', id))
          : secondary(app, t('at_visit.household_new'), () => app.go('household', id))}
    </div>`;
}

/**
 * Whether all that could still be done here is another household for the township, which another visit may bring as well.
 * @param {Lack[]} lacks
 */
function isOwnDone(lacks) {
  const open = lacks.filter((one) => one.go !== null);
  return open.length > 0 && open.every((one) => one.key === 'township');
}

/**
 * @param {App} app
 * @param {Model} model
 */
function more(app, { visit, assignment, demo, lacks }) {
  const { t } = app;
  const id = { visit: visit.visit };
  const inside = demo ? pointInside(assignment?.outline) : null;
  return html`
    <details class="more">
      <summary>${t('at_visit.more')}</summary>
      <div class="stack">
        ${secondary(app, t('at_visit.village'), () => app.go('village', id))}
        ${secondary(app, t('at_visit.household_new'), () => app.go('household', id))}
        ${secondary(app, t('at_visit.note'), () => app.go('note', id))}
        ${secondary(app, t('at_visit.urgent'), () => app.go('urgent', id))}
        ${secondary(app, t('at_visit.offer'), () => app.go('offer', id))}
        ${lacks.some((one) => one.key === 'inspectors') ? secondary(app, t('at_visit.companion'), () => app.go('companion', id)) : nothing}
        ${visit.cadre_at || visit.disclosed_at ? nothing : secondary(app, t('at_visit.cadre_now'), () => app.go('cadre', id))}
        ${secondary(app, t('at_visit.doubt'), () => app.go('doubt', id))}
        ${visit.disclosed_at ? nothing : secondary(app, t('at_visit.disclose'), () => app.go('disclose', id))}
        ${secondary(app, t('at_visit.seal'), () => app.go('seal', id))}
        ${secondary(app, t('at_visit.abandon'), () => app.go('abandon', id))}
        ${inside ? secondary(app, t('at_visit.demo_position', { unit: visit.place.unit_name }), () => app.position.pretend(inside)) : nothing}
      </div>
    </details>
  `;
}
