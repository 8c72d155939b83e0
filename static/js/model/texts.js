/** The catalogue speaks: key → sentence with `{name}` placeholders. The same rules as `fieldcheck/texts.py`. */

export const LANGUAGES = ['zh', 'en'];

/**
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Text
 * @typedef {Record<string, Record<string, string>>} Catalogue language → key → sentence
 */

/**
 * `t(key, values)` in one language. Where a number changes the grammar, keys end in `_one` / `_other` and `n`
 * chooses (Chinese has `_other` alone). A key that nobody wrote speaks as itself and a
 * value that nobody gave as an ellipsis, so that a screen never breaks.
 * @param {Catalogue} catalogue
 * @param {string} language
 * @returns {Text}
 */
export function makeText(catalogue, language) {
  const sentences = catalogue[language] ?? catalogue.zh;
  return (key, values = {}) => {
    const form = language === 'en' && values.n === 1 ? '_one' : '_other';
    const sentence = sentences[key] ?? sentences[key + form] ?? sentences[`${key}_other`] ?? key;
    return sentence.replace(/\{(\w+)\}/g, (_whole, name) => String(values[name] ?? '\u2026'));
  };
}

/**
 * Why something was refused and what to do next, where that is known.
 * @param {Text} t
 * @param {string} code
 */
export function reasonIn(t, code) {
  const [detail, next] = [t(`${code}.detail`), t(`${code}.next`)];
  if (next === `${code}.next`) return detail;
  return inARow([detail, next]);
}

/**
 * What stands after these words, before the next: Chinese punctuation brings its own room.
 * @param {string} words
 */
export function gapAfter(words) {
  return /[。！？：；，]$/.test(words) ? '' : ' ';
}

/**
 * Sentences one after the other.
 * @param {string[]} sentences
 */
export function inARow(sentences) {
  return sentences.reduce((said, next) => said + gapAfter(said) + next);
}

/**
 * The language to speak: the stored choice, then what the browser prefers, then Chinese.
 * @param {string | null | undefined} stored
 * @param {readonly string[]} preferred language tags, best first
 * @returns {string}
 */
export function chooseLanguage(stored, preferred) {
  if (stored && LANGUAGES.includes(stored)) return stored;
  for (const tag of preferred) {
    const language = tag.toLowerCase().split('-')[0];
    if (LANGUAGES.includes(language)) return language;
  }
  return 'zh';
}
