/**
 * A phone's database as schema 3 left it (2026-11-25, app 0.1): schema 2 with the indexes that answer whether a visit is open
 * and which visits wait. Made with the browser's own calls and never through the app's code. Frozen.
 */

import { makeSchemaTwo } from './two.js';

/** Makes the database `fieldcheck` in version 3, with its content. */
export async function makeSchemaThree() {
  await makeSchemaTwo();
  await new Promise((resolve, reject) => {
    const request = globalThis.indexedDB.open('fieldcheck', 3);
    request.onerror = () => reject(request.error);
    request.onupgradeneeded = () => {
      const { transaction } = request;
      transaction.objectStore('visits').createIndex('state', 'state');
      for (const name of ['segments', 'photos']) transaction.objectStore(name).createIndex('waiting_visit', ['waiting', 'visit']);
    };
    request.onsuccess = () => resolve(void request.result.close());
  });
}
