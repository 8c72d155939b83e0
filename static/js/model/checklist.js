/** Questions (检查单) as data: which apply, what counts as answered, what counts as negative. inspection-rules.md §3. */

/**
 * @typedef {{value: string, zh: string, en: string}} Option
 * @typedef {object} Question
 * @property {string} code
 * @property {'village' | 'household'} level
 * @property {boolean} core
 * @property {'covert' | 'open'} phase
 * @property {string} zh
 * @property {string} en
 * @property {'yesno' | 'single' | 'multi' | 'number' | 'text'} type
 * @property {Option[]} options
 * @property {string | null} unit
 * @property {number | null} min
 * @property {number | null} max
 * @property {boolean} allow_na
 * @property {'none' | 'optional' | 'required' | 'when_negative'} photo
 * @property {{op: string, value?: any, by?: string} | null} negative_when
 * @property {{fact?: string, answer?: string, in?: string[], not_in?: string[], eq?: unknown} | null} applies_when
 * @property {string | null} [note]
 * @property {string} [photo_kind]
 * @property {'finding' | 'lead' | null} [makes]  what a negative answer proposes
 * @property {string} severity
 * @property {string | null} [suggest_a9]
 * @property {string[]} [zhuanban]
 *
 * @typedef {{version: string, questions: Question[], household_types: Option[], common_answers: Option[],
 *   zhuanban?: {code: string, zh: string, en: string}[], severity_overrides?: {when: string, severity: string}[]}} Checklist
 * @typedef {{state: 'answered' | 'na' | 'not_found' | 'refused', value?: any, reason?: string,
 *   typed?: string}} Answer  `typed` is a number as it stands in its field; it is never recorded
 * @typedef {Record<string, Answer>} Answers question code → answer
 * @typedef {Record<string, unknown>} Facts e.g. `household.type`; what is not known is left out
 */

/**
 * The core questions (核心题) of a level, in the checklist's order, that apply under these facts and answers.
 * @param {Checklist} checklist
 * @param {'village' | 'household'} level
 * @param {Facts} facts
 * @param {Answers} answers
 * @returns {Question[]}
 */
export function coreQuestions(checklist, level, facts, answers) {
  return checklist.questions.filter((one) => one.level === level && one.core && applies(one, facts, answers));
}

/**
 * Whether a question is asked. A fact nobody knows does not hide a question: asking too much can be answered with
 * "does not apply", asking too little cannot be made good. Of an answer that is sealed away only the state is known: what
 * hung on it was settled before the seal.
 * @param {Question} question
 * @param {Facts} facts
 * @param {Answers} answers
 */
export function applies(question, facts, answers) {
  const rule = question.applies_when;
  if (!rule) return true;
  const deciding = rule.answer ? answers[rule.answer] : undefined;
  if (deciding?.state === 'answered' && deciding.value === undefined) return false;
  const known = rule.answer ? deciding?.value : facts[/** @type {string} */ (rule.fact)];
  if (known === undefined || known === null) return true;
  if (rule.in) return rule.in.includes(/** @type {string} */ (known));
  if (rule.not_in) return !rule.not_in.includes(/** @type {string} */ (known));
  return known === rule.eq;
}

/**
 * What is still wrong with an answer, as a text key part, or null where it counts as answered: `na`, `not_found` and
 * `refused` count once one line of reason is given.
 * @param {Question} question
 * @param {Answer | undefined} answer
 * @returns {'missing' | 'reason' | 'number' | 'range' | null}
 */
export function answerFault(question, answer) {
  if (!answer) return 'missing';
  if (answer.state !== 'answered') return answer.reason?.trim() ? null : 'reason';
  if (question.type === 'number') return numberFault(question, answer.value);
  if (question.type === 'multi') return Array.isArray(answer.value) ? null : 'missing';
  return typeof answer.value === 'string' && answer.value.trim() ? null : 'missing';
}

/**
 * @param {Question} question
 * @param {unknown} value
 */
function numberFault(question, value) {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'number';
  const low = question.min ?? -Infinity;
  const high = question.max ?? Infinity;
  return value < low || value > high ? 'range' : null;
}

/**
 * Whether an answer is negative (负向): it would propose a finding or lead. Thresholds by facts that nobody knows are
 * not negative here; the server judges again.
 * @param {Question} question
 * @param {Answer | undefined} answer
 * @param {Facts} [facts]
 */
export function isNegative(question, answer, facts = {}) {
  const rule = question.negative_when;
  if (!rule || answer?.state !== 'answered') return false;
  const given = answer.value;
  const listed = Array.isArray(given) ? given : [];
  switch (rule.op) {
    case 'in': return rule.value.includes(given);
    case 'eq': return given === rule.value;
    case 'lt': return given < rule.value;
    case 'gt': return given > rule.value;
    case 'ge': return given >= rule.value;
    case 'lt_by': return given < rule.value[/** @type {string} */ (facts[rule.by ?? ''])];
    case 'has_any': return rule.value.some((/** @type {string} */ one) => listed.includes(one));
    case 'missing_any': return rule.value.some((/** @type {string} */ one) => !listed.includes(one));
    default: return false;
  }
}

/**
 * Whether a photo must stand beside this answer.
 * @param {Question} question
 * @param {Answer | undefined} answer
 * @param {Facts} [facts]
 */
export function photoWanted(question, answer, facts = {}) {
  if (!answer || answer.state !== 'answered') return false;
  return question.photo === 'required' || (question.photo === 'when_negative' && isNegative(question, answer, facts));
}

/**
 * A multi answer after one option was tapped; `none` and the others exclude each other.
 * @param {string[]} chosen
 * @param {string} value
 * @returns {string[]}
 */
export function toggled(chosen, value) {
  if (chosen.includes(value)) return chosen.filter((one) => one !== value);
  return value === 'none' ? ['none'] : [...chosen.filter((one) => one !== 'none'), value];
}

/**
 * What a unit of the checklist says in a language: "天 day" a word, "户/3" that three were asked. One without an English
 * word says nothing in English.
 * @param {string} unit
 * @param {string} language
 * @returns {{asked: string, word: string}}
 */
export function unitIn(unit, language) {
  const [chinese, ...english] = unit.split(' ');
  const [counted, asked = ''] = chinese.split('/');
  const plain = /^[\x20-\x7e]*$/.test(counted) ? counted : '';
  return { asked, word: language === 'zh' ? counted : english.join(' ') || plain };
}

/**
 * A number with its unit: "2 / 3 户", "4 day".
 * @param {number | string} value
 * @param {string} unit
 * @param {string} language
 */
export function measured(value, unit, language) {
  const { asked, word } = unitIn(unit, language);
  return [String(value), asked && `/ ${asked}`, word].filter(Boolean).join(' ');
}
