/**
 * A phone's database as schema 4 left it (2026-11-26, app 0.1): schema 3 with the indexes that say what waits, since when, and
 * what is stuck. Made with the browser's own calls and never through the app's code. Frozen.
 */

import { makeSchemaThree } from './three.js';

/** Makes the database `fieldcheck` in version 4, with its content. */
export async function makeSchemaFour() {
  await makeSchemaThree();
  await new Promise((resolve, reject) => {
    const request = globalThis.indexedDB.open('fieldcheck', 4);
    request.onerror = () => reject(request.error);
    request.onupgradeneeded = () => {
      const { transaction } = request;
      for (const [name, at] of [['segments', 'made_at'], ['photos', 'taken_at']]) {
        transaction.objectStore(name).createIndex('waiting_stuck', ['waiting', 'stuck']);
        transaction.objectStore(name).createIndex('waiting_at', ['waiting', at]);
      }
      transaction.objectStore('photos').createIndex('alone_at', ['alone', 'taken_at']);
    };
    request.onsuccess = () => resolve(void request.result.close());
  });
}
