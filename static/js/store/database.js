/**
 * The phone's database. Closed as soon as nothing has been asked for a moment: browsers drop long-lived connections when the
 * page goes to the back (pitfall 12). What is asked within that moment shares one connection, and what is read at the same time
 * one transaction, since both cost a slow phone more than reading. Bytes are ArrayBuffers, since WebKit refuses Blobs (pitfall 11).
 *
 * Upgrades only ever add: one function for each released schema, never changed afterwards.
 */

import { openDB } from 'idb';

import { Fault } from '../model/fault.js';

/** @import { IDBPDatabase, IDBPTransaction } from 'idb' */

export const NAME = 'fieldcheck';
/** What a lost connection throws, by engine; anything else is a real fault and not tried again. */
const LOST = ['InvalidStateError', 'UnknownError', 'TransactionInactiveError'];

/**
 * What a writing transaction can do. Nothing else may be awaited inside it than its own reads.
 * @typedef {object} Writing
 * @property {(store: string, key: any) => Promise<any>} get
 * @property {(store: string, index: string) => Promise<any[]>} all
 * @property {(store: string) => Promise<IDBValidKey[]>} keys
 * @property {(store: string, index?: string) => Promise<number>} count
 * @property {(store: string, value: unknown, key?: IDBValidKey) => void} put
 * @property {(store: string, key: any) => void} drop
 * @property {(work: () => void) => void} afterwards  runs it once what is written here stands
 */

/** @type {((db: IDBPDatabase, tx: IDBPTransaction<any, any, 'versionchange'>) => void)[]} */
const UPGRADES = [firstSchema, secondSchema, thirdSchema, fourthSchema];
/** Released schemas are never changed: each has its fixture in tests/js/schemas/. */
export const SCHEMA = UPGRADES.length;

/** Between two steps of one tap there is less than this; a page in the background is frozen later than this. */
const LINGER_MS = 250;

/**
 * @typedef {{of: IDBFactory, opening: Promise<IDBPDatabase>, users: number, timer?: ReturnType<typeof setTimeout>}} Connection
 * @typedef {{stores: string[], work: (tx: Reading) => Promise<unknown>, resolve: (result: any) => void, reject: (fault: unknown) => void}} Asked
 * @typedef {IDBPTransaction<any, any, 'readonly'>} Reading
 */

/** The connection of the operations under way, and of the next. @type {Connection | null} */
let shared = null;
/** What is read as soon as the connection stands. @type {Asked[]} */
let asked = [];
/** Who says that another window holds an upgrade up. */
let tellBlocked = () => {};

/**
 * Hears, possibly more than once, that an upgrade waits until another window of the app lets go of the database; it goes on by itself.
 * @param {() => void} tell
 */
export function onBlocked(tell) {
  tellBlocked = tell;
}

/**
 * Runs one operation on the connection at hand, or a fresh one; a lost connection is opened once more. `work` must be fit to run twice.
 * @template T
 * @param {(db: IDBPDatabase) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withDatabase(work) {
  try {
    return await connected(work);
  } catch (fault) {
    if (!LOST.includes(/** @type {Error} */ (fault)?.name)) throw fault;
    return connected(work);
  }
}

/**
 * @template T
 * @param {(db: IDBPDatabase) => Promise<T>} work
 */
async function connected(work) {
  // The same name may mean another database by now: where one was exchanged for another, the old one is nobody's.
  if (shared?.of !== indexedDB) shared = null;
  const mine = /** @type {Connection} */ (shared ??= { of: indexedDB, opening: freshConnection(), users: 0 });
  clearTimeout(mine.timer);
  mine.users += 1;
  try {
    return await work(await mine.opening);
  } catch (fault) {
    // Nobody else begins on a connection that may be lost.
    if (shared === mine) shared = null;
    throw fault;
  } finally {
    mine.users -= 1;
    if (mine.users === 0) leave(mine);
  }
}

/** @param {Connection} mine */
function leave(mine) {
  const close = () => {
    if (shared === mine) shared = null;
    void mine.opening.then((db) => db.close(), () => {});
  };
  if (shared === mine) mine.timer = setTimeout(close, LINGER_MS);
  else close();
}

/**
 * Reads in one transaction, which all that is asked for in the same moment shares. `work` awaits nothing but its own reads,
 * and must be fit to run twice.
 * @template T
 * @param {string[]} stores
 * @param {(tx: Reading) => Promise<T>} work
 * @returns {Promise<T>}
 */
export function reading(stores, work) {
  return new Promise((resolve, reject) => {
    asked.push({ stores, work, resolve, reject });
    if (asked.length === 1) void readTogether();
  });
}

async function readTogether() {
  /** @type {Asked[]} */
  const together = [];
  try {
    const results = await withDatabase(async (db) => {
      // Who looks at something in memory first asks a step later and still comes along.
      await null;
      together.push(...asked.splice(0));
      // Another's second try may have taken the question along.
      if (!together.length) return [];
      const tx = db.transaction([...new Set(together.flatMap(({ stores }) => stores))]);
      // Its end says nothing that its reads do not say.
      tx.done.catch(() => {});
      const all = await Promise.allSettled(together.map(({ work }) => work(tx)));
      const lost = all.find((one) => one.status === 'rejected' && LOST.includes(one.reason?.name));
      if (lost?.status === 'rejected') throw lost.reason;
      return all;
    });
    results.forEach((one, at) => (one.status === 'fulfilled' ? together[at].resolve(one.value) : together[at].reject(one.reason)));
  } catch (fault) {
    for (const { reject } of [...together, ...asked.splice(0)]) reject(fault);
  }
}

/**
 * One transaction that writes all of it or nothing. It resolves when the browser has completed it: what it wrote stands.
 * @template T
 * @param {string[]} stores
 * @param {(tx: Writing) => Promise<T> | T} work fit to run twice, as every operation
 * @param {IDBTransactionDurability} [durability] `strict` waits for the disk, which "saved" is only said after
 * @returns {Promise<T>}
 */
export function writing(stores, work, durability = 'strict') {
  return withDatabase(async (db) => {
    const tx = db.transaction(stores, 'readwrite', { durability });
    // What a single write has to say, the transaction says too.
    const quietly = (/** @type {Promise<unknown>} */ promise) => void promise.catch(() => {});
    /** @type {(() => void)[]} */
    const later = [];
    quietly(tx.done);
    try {
      const result = await work({
        get: (store, key) => tx.objectStore(store).get(key),
        all: (store, index) => tx.objectStore(store).index(index).getAll(),
        keys: (store) => tx.objectStore(store).getAllKeys(),
        count: (store, index) => (index ? tx.objectStore(store).index(index) : tx.objectStore(store)).count(),
        put: (store, value, key) => quietly(tx.objectStore(store).put(value, key)),
        drop: (store, key) => quietly(tx.objectStore(store).delete(key)),
        afterwards: (one) => void later.push(one),
      });
      await tx.done;
      for (const one of later) one();
      return result;
    } catch (fault) {
      abandon(tx);
      throw told(tx.error ?? fault);
    }
  });
}

/**
 * Browsers name a full disk, but may say nothing else about it (pitfall 13): nothing was written.
 * @param {unknown} fault
 */
function told(fault) {
  return /** @type {Error} */ (fault)?.name === 'QuotaExceededError' ? new Fault('storage_full') : fault;
}

/** @param {{abort: () => void}} tx */
function abandon(tx) {
  try {
    tx.abort();
  } catch {
    // It has ended already.
  }
}

function freshConnection() {
  /** What the upgrade met: the opening itself says only that it was broken off. @type {() => unknown} */
  let met = () => null;
  return openDB(NAME, SCHEMA, {
    upgrade(opened, from, _to, tx) {
      met = () => tx.error;
      tx.done.catch(() => {});
      try {
        for (const step of UPGRADES.slice(from)) step(opened, tx);
      } catch (fault) {
        met = () => fault;
        throw fault;
      }
    },
    blocked: () => tellBlocked(),
    // A newer version in another tab must not wait for this one.
    blocking(_current, _blocked, event) {
      /** @type {IDBDatabase} */ (event.target).close();
    },
  }).catch((fault) => {
    // An older app before a newer store must not touch it, and must not call it lost.
    throw fault.name === 'VersionError' ? new Fault('store_newer') : told(met() ?? fault);
  });
}

/**
 * `waiting` and `alone` are 1 or absent, so that their indexes hold only what still waits and counting stays cheap:
 * a segment waits until its receipt is held, a photo too; `alone` is a waiting photo whose message has arrived.
 * @param {IDBPDatabase} db
 */
function firstSchema(db) {
  db.createObjectStore('devices', { keyPath: 'device' });
  const segments = db.createObjectStore('segments', { keyPath: ['device', 'from'] });
  segments.createIndex('waiting', 'waiting');
  segments.createIndex('visit', 'visit');
  db.createObjectStore('segment_bodies');
  const photos = db.createObjectStore('photos', { keyPath: 'sealed' });
  for (const name of ['waiting', 'alone', 'held', 'visit']) photos.createIndex(name, name);
  db.createObjectStore('photo_bytes');
  db.createObjectStore('visits', { keyPath: 'visit' });
  db.createObjectStore('drafts');
  db.createObjectStore('settings');
  db.createObjectStore('checklists', { keyPath: 'version' });
}

/**
 * The lock has a place of its own. An app that knows nothing of it must not write beside it, and does not: it leaves a
 * newer store alone.
 * @param {IDBPDatabase} db
 */
function secondSchema(db) {
  db.createObjectStore('lock');
}

/**
 * What each start and each save asks is answered by an index, however many visits lie here: whether one is open, and which
 * of those on the screen still wait.
 * @param {IDBPDatabase} _db
 * @param {IDBPTransaction<any, any, 'versionchange'>} tx
 */
function thirdSchema(_db, tx) {
  tx.objectStore('visits').createIndex('state', 'state');
  for (const name of ['segments', 'photos']) tx.objectStore(name).createIndex('waiting_visit', ['waiting', 'visit']);
}

/**
 * What waits and what is stuck is counted, dated and shown in part without reading all of it.
 * @param {IDBPDatabase} _db
 * @param {IDBPTransaction<any, any, 'versionchange'>} tx
 */
function fourthSchema(_db, tx) {
  for (const [name, at] of [['segments', 'made_at'], ['photos', 'taken_at']]) {
    tx.objectStore(name).createIndex('waiting_stuck', ['waiting', 'stuck']);
    tx.objectStore(name).createIndex('waiting_at', ['waiting', at]);
  }
  tx.objectStore('photos').createIndex('alone_at', ['alone', 'taken_at']);
}
