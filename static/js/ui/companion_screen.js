/** The companion (同行人) types an own code on this phone; without it the visit is recorded all the same and says so. */

import { html, nothing } from 'lit-html';

import { companionProof, possibleCompanions, tidyCompanionCode } from '../model/companion.js';
import { companionConfirmed } from '../model/visit_events.js';
import { currentDevice } from '../store/devices.js';
import { HERE } from '../store/drafts.js';
import { readPack } from '../store/pack.js';
import { choiceRows, field, primary, secondary } from './parts/rows.js';
import { openVisitContext } from './visit_context.js';

/** @import { Member } from '../model/companion.js' */
/** @import { App, Params, Screen } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/** @typedef {VisitContext & {members: Member[], chosen: string | null, code: string, wrong: boolean}} Model */

/**
 * The code is nobody's to keep: it stands in memory alone, in no draft.
 * @type {Screen}
 */
export const companionScreen = {
  load, view, typed: ['chosen', 'code', 'wrong'], parent: ({ visit }) => ({ screen: 'visit', params: { visit } }),
};

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, { visit }) {
  const [context, kept, device] = await Promise.all([openVisitContext(app, visit), readPack(), currentDevice()]);
  if (!context) return null;
  const members = possibleCompanions(kept?.pack.members ?? [], device?.inspector.id ?? '', context.visit);
  return { ...context, members, chosen: members.length === 1 ? members[0].id : null, code: '', wrong: false };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const { visit } = model.visit;
  const member = model.members.find((one) => one.id === model.chosen);
  const code = tidyCompanionCode(model.code);
  const ownPhone = secondary(app, t('companion.own_phone'), () => app.go('offer', { visit }));
  const later = secondary(app, t('companion.later'), () => app.go('visit', { visit }, { history: 'replace' }));
  const go = () => confirm(app, model, /** @type {Member} */ (member), /** @type {string} */ (code));
  const onEnter = () => void (member && code && app.act(go));
  const main = html`
    <h1 data-first tabindex="-1">${t('companion.title')}</h1>
    <p>${t(model.members.length ? 'companion.words' : 'companion.nobody')}</p>
    ${model.members.length ? form(app, model, onEnter) : nothing}
    <p class="muted small">${t('companion.later_words')}</p>
  `;
  if (!model.members.length) return { main, thumb: html`${ownPhone}${later}` };
  return { main, thumb: html`${primary(app, t('companion.go'), go, { disabled: !member || !code })}<div class="pair">${ownPhone}${later}</div>` };
}

/**
 * @param {App} app
 * @param {Model} model
 * @param {() => void} onEnter
 */
function form(app, model, onEnter) {
  const { t } = app;
  const change = (/** @type {Partial<Model>} */ changed) => {
    Object.assign(model, { wrong: false }, changed);
    app.redraw();
  };
  return html`
    ${choiceRows({
      label: t('companion.who'), options: model.members.map(({ id, name }) => ({ value: id, text: name })),
      chosen: (value) => value === model.chosen, choose: (chosen) => change({ chosen }),
    })}
    ${field({ id: 'code', label: t('companion.code'), hint: t('companion.code_words'), value: model.code, onEnter, onInput: (typed) => change({ code: typed }) })}
    ${model.wrong ? html`<p class="fault" role="alert">${t('companion.wrong')}</p>` : nothing}
  `;
}

/**
 * @param {App} app
 * @param {Model} model
 * @param {Member} member
 * @param {string} code
 */
async function confirm(app, model, member, code) {
  const { visit } = model.visit;
  const proof = await companionProof(app.ports.crypto, member, code, visit);
  model.code = '';
  model.wrong = proof === null;
  if (proof === null) return;
  await app.save(visit, (open) => ({
    facts: open?.companions.includes(member.id) ? [] : [companionConfirmed(member.id, proof)],
    drafts: { [HERE]: { screen: 'visit', params: { visit } } },
  }));
  app.say('said.companion');
  await app.go('visit', { visit }, { history: 'replace' });
}
