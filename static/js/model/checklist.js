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
 * @property {string[]} [compare]  sides taken down apart (三方对照): of `SIDES`
 *
 * @typedef {{code: string, level: 'village' | 'household', zh: string, en: string, type: 'yesno' | 'single',
 *   options: Option[]}} FactQuestion  asked where a question hangs on it; `code` is the name of the fact
 * @typedef {{code: string, zh: string, en: string, unit: string}} Figure  a number beside a question, whose code is the question's and a letter
 * @typedef {{version: string, questions: Question[], household_types: Option[], common_answers: Option[],
 *   params?: Record<string, number>, facts?: FactQuestion[], household_numbers?: Figure[],
 *   a9_codes?: {code: string, zh: string, en: string, sub: {code: string, zh: string, en: string}[]}[],
 *   zhuanban?: {code: string, zh: string, en: string}[],
 *   severity_overrides?: {when: string, severity: string, a9?: string}[]}} Checklist
 * @typedef {{state: 'answered' | 'na' | 'not_found' | 'refused', value?: any, reason?: string, sides?: Record<string, string>,
 *   typed?: string}} Answer  `typed` is a number as it stands in its field; it is never recorded; `sides`: what each side
 *   says, or a figure's code and what was typed
 * @typedef {Record<string, Answer>} Answers question code → answer
 * @typedef {Record<string, unknown>} Facts e.g. `household.type`; what is not known is left out
 */

/** Whose word it is (三方对照): what the household says, what the book says, what is seen. */
export const SIDES = ['says', 'book', 'seen'];

/**
 * The core questions (核心题) of a level, in the checklist's order, that apply under these facts and answers.
 * @param {Checklist} checklist
 * @param {'village' | 'household'} level
 * @param {Facts} facts
 * @param {Answers} answers
 * @returns {Question[]}
 */
export function coreQuestions(checklist, level, facts, answers) {
  return askedQuestions(checklist, level, facts, answers).filter((one) => one.core);
}

/**
 * All questions of a level, in the checklist's order, that apply under these facts and answers.
 * @param {Checklist} checklist
 * @param {'village' | 'household'} level
 * @param {Facts} facts
 * @param {Answers} answers
 * @returns {Question[]}
 */
export function askedQuestions(checklist, level, facts, answers) {
  return checklist.questions.filter((one) => one.level === level && applies(one, facts, answers));
}

/**
 * Questions with the facts they hang on asked before them, those that do not apply left out. A fact stays listed while
 * its answer hides what hung on it, so that it can be changed.
 * @param {Checklist} checklist
 * @param {Question[]} questions
 * @param {Facts} facts  those that need no asking
 * @param {Answers} answers
 * @returns {Question[]}
 */
export function withFacts(checklist, questions, facts, answers) {
  /** @type {Set<string>} */
  const told = new Set(Object.keys(facts));
  return questions.flatMap((question) => {
    const wanted = [question.applies_when?.fact, question.negative_when?.by].filter((name) => name && !told.has(name));
    const asked = (checklist.facts ?? []).filter((one) => wanted.includes(one.code));
    asked.forEach((one) => told.add(one.code));
    return [...asked.map((one) => factQuestion(one, question)), ...(applies(question, facts, answers) ? [question] : [])];
  });
}

/**
 * @param {FactQuestion} fact
 * @param {Question} before
 * @returns {Question}
 */
function factQuestion(fact, { phase }) {
  return {
    ...fact, phase, core: false, unit: null, min: null, max: null, allow_na: true,
    photo: 'none', negative_when: null, applies_when: null, makes: null, severity: 'minor',
  };
}

/**
 * Facts that were asked, from the answers: yes and no are true and false there.
 * @param {Answers} answers
 * @returns {Facts}
 */
export function factsIn(answers) {
  const given = Object.entries(answers).filter(([code, one]) => code.includes('.') && one.state === 'answered' && one.value !== undefined);
  return Object.fromEntries(given.map(([code, { value }]) => [code, value === 'yes' ? true : value === 'no' ? false : value]));
}

/**
 * The figures that stand beside a question, as "per-head income in the book" beside the one on income.
 * @param {Checklist} checklist
 * @param {Question} question
 * @returns {Figure[]}
 */
export function figuresOf(checklist, question) {
  return (checklist.household_numbers ?? []).filter((one) => /^[a-z]$/.test(one.code.slice(question.code.length)) && one.code.startsWith(question.code));
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
  const name = /** @type {string} */ (rule.answer ?? rule.fact);
  const deciding = answers[name];
  if (deciding?.state === 'answered' && deciding.value === undefined) return false;
  const known = rule.answer ? deciding?.value : facts[name] ?? factsIn(answers)[name];
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
 * @param {Record<string, number>} [params]  of the checklist: thresholds written as `$name`
 */
export function isNegative(question, answer, facts = {}, params = {}) {
  const rule = question.negative_when;
  if (!rule || answer?.state !== 'answered' || answer.value === undefined) return false;
  const given = answer.value;
  const listed = Array.isArray(given) ? given : [];
  const wanted = typeof rule.value === 'string' && rule.value.startsWith('$') ? params[rule.value.slice(1)] : rule.value;
  switch (rule.op) {
    case 'in': return wanted.includes(given);
    case 'eq': return given === wanted;
    case 'lt': return given < wanted;
    case 'gt': return given > wanted;
    case 'ge': return given >= wanted;
    case 'lt_by': return given < wanted[/** @type {string} */ (facts[rule.by ?? ''])];
    case 'has_any': return wanted.some((/** @type {string} */ one) => listed.includes(one));
    case 'missing_any': return wanted.some((/** @type {string} */ one) => !listed.includes(one));
    default: return false;
  }
}

/**
 * Whether a photo must stand beside this answer.
 * @param {Question} question
 * @param {Answer | undefined} answer
 * @param {Facts} [facts]
 * @param {Record<string, number>} [params]
 */
export function photoWanted(question, answer, facts = {}, params = {}) {
  if (!answer || answer.state !== 'answered') return false;
  return question.photo === 'required' || (question.photo === 'when_negative' && isNegative(question, answer, facts, params));
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

/** Counts that people mostly answer, each one tap. */
const QUICK_MOST = 3;
/** A question with a higher limit is about money or a share, not a count of a few. */
const COUNT_MOST = 400;

/**
 * Small counts to tap instead of typing; none where the question is about money or a share.
 * @param {Question} question
 * @returns {number[]}
 */
export function quickNumbers({ min, max, unit }) {
  if (min !== 0 || max === null || max > COUNT_MOST || unit?.includes('%')) return [];
  return Array.from({ length: Math.min(max, QUICK_MOST) + 1 }, (_, number) => number);
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
