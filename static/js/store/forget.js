/** Taking everything off a phone. Only a rehearsal (演示) does that, after saying what is lost; the app itself never does. */

import { deleteDB } from 'idb';

import { NAME } from './database.js';

export async function forgetEverything() {
  await deleteDB(NAME);
}
