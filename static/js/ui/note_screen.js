/** A finding, lead or commendation (问题、线索、亮点) that no question asked for, in the inspector's own words. */

import { html, nothing } from 'lit-html';

import { evidenceOf, REMARK_KINDS, SEVERITIES } from '../model/remark.js';
import { notedFacts } from '../model/proposal.js';
import { HERE, noteKey, readDraft, writeDraft } from '../store/drafts.js';
import { noPhotoField } from './parts/no_photo.js';
import { choiceRows, field, primary, secondary } from './parts/rows.js';
import { severityRows } from './parts/proposal_form.js';
import { openVisitContext } from './visit_context.js';

/** @import { RemarkKind } from '../model/remark.js' */
/** @import { App, Params, Screen } from './app.js' */
/** @import { VisitContext } from './visit_context.js' */

/**
 * @typedef {{kind: RemarkKind | null, household: string | null, topic: string | null, severity: string | null, fact: string, noPhoto?: string}} Draft
 * @typedef {VisitContext & {draft: Draft}} Model
 */

/** @type {Draft} */
const EMPTY = { kind: null, household: null, topic: null, severity: null, fact: '' };
/** Which office a thing belongs to matters for what is to be put right, not for praise. */
const WITH_TOPIC = ['finding', 'lead'];

/** @type {Screen} */
export const noteScreen = { load, view, typed: ['draft'], parent: ({ visit }) => ({ screen: 'visit', params: { visit } }) };

/**
 * @param {App} app
 * @param {Params} params
 * @returns {Promise<Model | null>}
 */
async function load(app, { visit }) {
  const [context, draft = EMPTY] = await Promise.all([openVisitContext(app, visit), readDraft(noteKey(visit))]);
  return context && { ...context, draft };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, model) {
  const { t } = app;
  const { draft } = model;
  const change = async (/** @type {Partial<Draft>} */ changed) => {
    model.draft = { ...model.draft, ...changed };
    app.redraw();
    await writeDraft(noteKey(model.visit.visit), model.draft);
  };
  const main = html`
    <h1 data-first tabindex="-1">${t('note.title')}</h1>
    <p class="muted">${t('note.words')}</p>
    ${choiceRows({
      label: t('note.title'), options: REMARK_KINDS.map((value) => ({ value, text: t(`note.${value}`) })),
      chosen: (value) => value === draft.kind, choose: (kind) => change({ kind: /** @type {RemarkKind} */ (kind) }),
    })}
    ${field({ id: 'fact', label: t('note.fact'), hint: t('note.fact_words'), value: draft.fact, onInput: (fact) => change({ fact }), long: true })}
    ${householdField(app, model, change)}
    ${draft.kind && WITH_TOPIC.includes(draft.kind) ? html`
      ${topicField(app, model, change)}
      ${severityRows(app, SEVERITIES, draft.severity, (severity) => change({ severity }))}` : nothing}
    ${isBare(model) ? noPhotoField(app, draft.noPhoto ?? '', (noPhoto) => change({ noPhoto })) : nothing}
  `;
  const ready = draft.kind !== null && draft.fact.trim() !== '';
  const thumb = html`
    ${primary(app, t('note.save'), () => record(app, model), { disabled: !ready })}
    ${secondary(app, t('ask.later'), () => app.back())}
  `;
  return { main, thumb };
}

/**
 * Whether it is a finding beside which no photo stands.
 * @param {Model} model
 */
function isBare({ visit, draft: { kind, household, fact } }) {
  return kind === 'finding' && fact.trim() !== '' && evidenceOf(visit, { household, question: null }).length === 0;
}

/**
 * @param {App} app
 * @param {Model} model
 * @param {(draft: Partial<Draft>) => Promise<void>} change
 */
function householdField({ t }, { visit, draft }, change) {
  if (visit.households.length === 0) return nothing;
  const options = visit.households.map((one) => ({ value: one.household, text: t('ask.household', { number: one.number }) }));
  return selectField({
    id: 'household', label: t('note.where'), none: t('note.village_wide'), options, chosen: draft.household,
    choose: (household) => change({ household }),
  });
}

/**
 * The topic group (专班) whose work it is.
 * @param {App} app
 * @param {Model} model
 * @param {(draft: Partial<Draft>) => Promise<void>} change
 */
function topicField({ t, language }, { checklist, draft }, change) {
  const options = (checklist.zhuanban ?? []).map((one) => ({ value: one.code, text: language === 'zh' ? one.zh : one.en }));
  return selectField({
    id: 'topic', label: t('note.topic'), none: t('note.topic_later'), options, chosen: draft.topic, choose: (topic) => change({ topic }),
  });
}

/**
 * @param {{id: string, label: string, none: string, options: {value: string, text: string}[], chosen: string | null,
 *   choose: (value: string | null) => void}} given
 */
function selectField({ id, label, none, options, chosen, choose }) {
  const onChange = (/** @type {Event} */ event) => choose(/** @type {HTMLSelectElement} */ (event.target).value || null);
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      <select id=${id} class="touch" @change=${onChange}>
        <option value="" ?selected=${chosen === null}>${none}</option>
        ${options.map(({ value, text }) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
      </select>
    </div>
  `;
}

/**
 * @param {App} app
 * @param {Model} model
 */
async function record(app, { visit: { visit }, draft }) {
  const { household, fact } = draft;
  const kind = /** @type {RemarkKind} */ (draft.kind);
  const [topic, severity] = WITH_TOPIC.includes(kind) ? [draft.topic, draft.severity] : [null, null];
  const remark = {
    kind, note: app.ports.crypto.uuid(), level: /** @type {'village' | 'household'} */ (household ? 'household' : 'village'),
    household, question: null, topic, a9: null, severity, fact, noPhoto: draft.noPhoto,
  };
  await app.save(visit, (open) => ({
    facts: notedFacts(remark, open),
    drafts: { [HERE]: { screen: 'visit', params: { visit } } }, dropDrafts: [noteKey(visit)],
  }));
  if (severity === 'urgent') {
    await app.go('urgent', { visit }, { history: 'replace' });
    return;
  }
  app.say(`said.${kind}`);
  await app.go('visit', { visit }, { history: 'replace' });
}
