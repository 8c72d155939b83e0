/** What a negative answer proposes (建议): confirmed in the inspector's own words with its photos, or dismissed with a reason. */

import { html, nothing } from 'lit-html';

import { measured } from '../../model/checklist.js';
import { severitiesFrom } from '../../model/remark.js';
import { gapAfter, inARow } from '../../model/texts.js';
import { noPhotoField } from './no_photo.js';
import { choiceRows, field, secondary } from './rows.js';

/** @import { TemplateResult } from 'lit-html' */
/** @import { Checklist, Question } from '../../model/checklist.js' */
/** @import { NoteDraft } from '../../model/interview.js' */
/** @import { App } from '../app.js' */

/**
 * @typedef {object} Form
 * @property {Checklist} checklist
 * @property {Question} question
 * @property {any} value what was answered
 * @property {{makes: string, severity: string, topics: string[], a9: string | null}} proposal
 * @property {NoteDraft} note
 * @property {number} photos that stand beside it
 * @property {(change: Partial<NoteDraft>) => Promise<void>} write
 * @property {() => Promise<void>} shoot
 * @property {TemplateResult | typeof nothing} [sides]  what each side says (三方对照)
 */

/**
 * @param {App} app
 * @param {Form} form
 */
export function proposalForm(app, form) {
  const { t } = app;
  const { question, proposal, note, photos, write } = form;
  const kind = proposal.makes === 'lead' ? 'lead' : 'finding';
  const asked = app.language === 'zh' ? question.zh : question.en;
  return html`
    <h1 class="question" data-first tabindex="-1">${t(`note.${kind}_title`)}</h1>
    <p>${asked}${gapAfter(asked)}<strong>${answerWords(app, question, form.value)}</strong></p>
    <p class="muted small">${inARow([t(`note.${kind}_means`), ...belongsTo(app, form)])}</p>
    ${field({ id: 'fact', label: t('note.fact'), hint: t('note.fact_words'), value: note.fact, onInput: (fact) => write({ fact }), long: true })}
    ${severityRows(app, severitiesFrom(proposal.severity), note.severity ?? proposal.severity, (severity) => write({ severity }))}
    ${form.sides ?? nothing}
    <p class="muted">${t('note.photos', { n: photos })}</p>
    ${secondary(app, t('note.shoot'), form.shoot)}
    ${kind === 'finding' && photos === 0 && note.fact.trim() ? noPhotoField(app, note.noPhoto ?? '', (noPhoto) => write({ noPhoto })) : nothing}
    <details class="more" ?open=${note.dismissed !== undefined}>
      <summary>${t(`note.not_${kind}`)}</summary>
      ${field({
        id: 'dismissed', label: t('note.dismiss_reason'), hint: t('note.dismiss_words'), value: note.dismissed ?? '',
        onInput: (dismissed) => write({ dismissed }),
      })}
    </details>`;
}

/**
 * Whose work it is (专班) and which category of article 9 it would be, in words.
 * @param {App} app
 * @param {Form} form
 */
function belongsTo({ t, language }, { checklist, proposal }) {
  const word = (/** @type {{zh: string, en: string} | undefined} */ one) => (language === 'zh' ? one?.zh : one?.en);
  const topics = proposal.topics.map((code) => word(checklist.zhuanban?.find((one) => one.code === code)) ?? code).join(t('app.comma'));
  const category = checklist.a9_codes?.flatMap((one) => one.sub).find((one) => one.code === proposal.a9);
  return [
    ...(topics ? [t('note.topics', { topics })] : []),
    ...(proposal.a9 ? [t('note.a9', { code: proposal.a9, words: word(category) ?? '' })] : []),
  ];
}

/**
 * What was answered, in the words of the checklist.
 * @param {App} app
 * @param {Question} question
 * @param {any} value
 */
export function answerWords({ t, language }, { options, unit }, value) {
  const chosen = (options ?? []).filter((one) => [value].flat().includes(one.value)).map((one) => (language === 'zh' ? one.zh : one.en));
  if (chosen.length) return chosen.join(t('app.comma'));
  if (Array.isArray(value)) return t('note.nothing_ticked');
  return value === undefined ? '' : measured(value, unit ?? '', language);
}

/**
 * How grave (轻重) it is.
 * @param {App} app
 * @param {string[]} options
 * @param {string | null} chosen
 * @param {(severity: string) => void} choose
 */
export function severityRows({ t }, options, chosen, choose) {
  const label = t('note.severity', { grade: t(`note.severity_${chosen ?? 'unset'}`) });
  return html`
    <details class="more">
      <summary>${label}</summary>
      ${choiceRows({
        label, options: options.map((value) => ({ value, text: t(`note.severity_${value}`) })),
        chosen: (value) => value === chosen, choose,
      })}
    </details>
    ${chosen === 'urgent' ? html`<p class="fault">${t('note.urgent_words')}</p>` : nothing}
  `;
}
