/** What the phone says in Chinese, as one piece: the app loads the language that it speaks and leaves the other where it is kept. */

import common from '../texts/zh/common.json' with { type: 'json' };
import help from '../texts/zh/help.json' with { type: 'json' };
import look from '../texts/zh/look.json' with { type: 'json' };
import phone from '../texts/zh/phone.json' with { type: 'json' };
import problem from '../texts/zh/problem.json' with { type: 'json' };

/** @type {Record<string, string>} */
export const WORDS = { ...common, ...problem, ...phone, ...look, ...help };
