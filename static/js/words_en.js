/** What the phone says in English, as one piece: the app loads the language that it speaks and leaves the other where it is kept. */

import common from '../texts/en/common.json' with { type: 'json' };
import help from '../texts/en/help.json' with { type: 'json' };
import look from '../texts/en/look.json' with { type: 'json' };
import phone from '../texts/en/phone.json' with { type: 'json' };
import problem from '../texts/en/problem.json' with { type: 'json' };

/** @type {Record<string, string>} */
export const WORDS = { ...common, ...problem, ...phone, ...look, ...help };
