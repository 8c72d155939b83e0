/** The twelve questions that come up in the field (暗访员12问), and which of them a screen raises. Pure. */

/** In the order in which a day asks them. */
export const QUESTIONS = /** @type {const} */ ([
  'today', 'where', 'next', 'missing', 'core', 'na', 'finding', 'mask', 'cadre', 'offline', 'disclose', 'urgent',
]);

/** @typedef {typeof QUESTIONS[number]} HelpQuestion */

/** @type {Record<string, HelpQuestion>} */
const RAISED_BY = {
  today: 'today', begin: 'today', enrol: 'offline', unlock: 'offline', readiness: 'offline', pin: 'offline', sync: 'offline', rescue: 'offline',
  visit: 'missing', seal: 'missing', abandon: 'missing', join: 'missing', offer: 'missing', companion: 'missing',
  household: 'na', village: 'core', camera: 'mask', masking: 'mask', mask: 'mask', proposal: 'finding', map: 'where', datum: 'where',
  note: 'finding', urgent: 'urgent', beside: 'cadre', cadre: 'cadre', doubt: 'cadre', disclose: 'disclose',
};

/**
 * The question that help opens at; none on a screen that raises none of them.
 * @param {string} screen
 * @returns {HelpQuestion | null}
 */
export function questionOf(screen) {
  return RAISED_BY[screen] ?? null;
}

/**
 * Where the picture of an answer lies; `python -m tests.browser.pictures` makes them from the app.
 * @param {HelpQuestion} question
 * @param {string} language
 */
export function picturePath(question, language) {
  return `/static/pictures/help/${question}-${language}.webp`;
}
