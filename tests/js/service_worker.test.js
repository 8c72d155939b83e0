/** The service worker: all of a version or nothing of it, no takeover unasked, the API never kept. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';

const SOURCE = readFileSync(new URL('../../static/js/sw.js', import.meta.url), 'utf8');
const ORIGIN = 'https://fieldcheck.example';

/** What a cache gives out can be read again next time. */
const copy = (kept) => kept?.clone?.() ?? kept;

/** A worker of one version with its own caches, and what it was asked to do. */
function worker({ version = '1', assets = ['/phone/', '/static/main.js'], pictures = [], missing = [], stores = new Map() } = {}) {
  const registration = { installing: null, waiting: null };
  const handlers = {};
  const asked = { skipped: 0, fetched: [] };
  const caches = {
    open: async (name) => {
      if (!stores.has(name)) stores.set(name, new Map());
      const store = stores.get(name);
      return {
        addAll: async (requests) => {
          if (requests.some(({ url }) => missing.includes(url))) throw new TypeError('failed');
          for (const { url } of requests) store.set(url, `kept ${url}`);
        },
        add: async (path) => {
          if (missing.includes(path)) throw new TypeError('failed');
          store.set(path, `kept ${path}`);
        },
        match: async (path) => copy(store.get(path)),
        put: async (path, response) => store.set(path, response),
      };
    },
    has: async (name) => stores.has(name),
    match: async (path, { cacheName }) => copy(stores.get(cacheName)?.get(path)),
    keys: async () => [...stores.keys()],
    delete: async (name) => stores.delete(name),
  };
  class Request {
    constructor(url, options) {
      Object.assign(this, { url, ...options });
    }
  }
  const self = {
    addEventListener: (kind, handler) => {
      handlers[kind] = handler;
    },
    skipWaiting: async () => {
      asked.skipped += 1;
    },
    location: { origin: ORIGIN },
    registration,
  };
  const fetch = async (request) => {
    asked.fetched.push(request.url);
    return 'network';
  };
  runInNewContext(SOURCE, { self, caches, fetch, Request, Response, URL, ASSETS: assets, PICTURES: pictures, VERSION: version });
  const waited = async (kind) => {
    let promise;
    handlers[kind]({ waitUntil: (given) => { promise = given; } });
    return promise;
  };
  const answer = (path, { method = 'GET', mode = 'cors', origin = ORIGIN } = {}) => {
    let response;
    handlers.fetch({ request: { method, mode, url: origin + path }, respondWith: (given) => { response = given; } });
    return response;
  };
  const heard = [];
  const say = async (data) => {
    let promise;
    handlers.message({ data, source: { postMessage: (word) => heard.push(word) }, waitUntil: (given) => { promise = given; } });
    await promise;
  };
  return { install: () => waited('install'), activate: () => waited('activate'), answer, say, heard, asked, stores };
}

test('installing fails as a whole when one file cannot be had', async () => {
  await assert.rejects(worker({ missing: ['/static/main.js'] }).install());
});

test('a new version does not take over by itself', async () => {
  const fresh = worker();
  await fresh.install();
  assert.equal(fresh.asked.skipped, 0);
  await fresh.say('something else');
  assert.equal(fresh.asked.skipped, 0);
  await fresh.say('take-over');
  assert.equal(fresh.asked.skipped, 1);
});

test('the old version stays whole until the new one is active', async () => {
  const stores = new Map([['something else', new Map()]]);
  const old = worker({ version: '1', stores });
  await old.install();
  await old.activate();
  const fresh = worker({ version: '2', stores });
  await fresh.install();
  assert.equal(await old.answer('/static/main.js'), 'kept /static/main.js');
  await fresh.activate();
  assert.deepEqual([...stores.keys()].sort(), ['phone-2', 'something else']);
});

/** Version 1 with an open visit, then version 2 that the browser started by itself because every page was closed. */
async function overtaken() {
  const stores = new Map();
  const old = worker({ version: '1', assets: ['/phone/', '/static/main-1.js'], stores });
  await old.install();
  await old.activate();
  await old.say('hold');
  const fresh = worker({ version: '2', assets: ['/phone/', '/static/main-2.js'], stores });
  stores.get('phone-1').set('/phone/', 'page of 1');
  await fresh.install();
  stores.get('phone-2').set('/phone/', 'page of 2');
  await fresh.activate();
  return fresh;
}

test('while a visit is open every start is the version it began on, whatever the browser has started', async () => {
  const fresh = await overtaken();
  assert.equal(await fresh.answer('/phone/', { mode: 'navigate' }), 'page of 1');
  assert.equal(await fresh.answer('/static/main-1.js'), 'kept /static/main-1.js');
  await fresh.say('hold');
  assert.equal(await fresh.answer('/phone/', { mode: 'navigate' }), 'page of 1', 'the first word holds');
});

test('once no visit is open the page hears of the newer version, the next start is its, and the old one goes', async () => {
  const fresh = await overtaken();
  await fresh.say('release');
  assert.deepEqual(fresh.heard, ['newer']);
  assert.equal(await fresh.answer('/phone/', { mode: 'navigate' }), 'page of 2');
  assert.deepEqual([...fresh.stores.keys()].filter((name) => name.startsWith('phone-')), ['phone-2']);
  await fresh.say('release');
  assert.deepEqual(fresh.heard, ['newer'], 'said once');
});

test('pictures of help hold up no version, and one that could not be had is fetched at a later start', async () => {
  const broken = ['/static/pictures/help/b.webp'];
  const fresh = worker({ pictures: ['/static/pictures/help/a.webp', ...broken], missing: broken });
  await fresh.install();
  await fresh.activate();
  assert.deepEqual([...fresh.stores.get('phone-1').keys()].filter((path) => path.endsWith('.webp')), ['/static/pictures/help/a.webp']);
  broken.length = 0;
  await fresh.say('release');
  assert.equal(await fresh.answer('/static/pictures/help/b.webp'), 'kept /static/pictures/help/b.webp');
});

test('page and files come from what is kept, without the network', async () => {
  const ready = worker();
  await ready.install();
  assert.equal(await ready.answer('/phone/', { mode: 'navigate' }), 'kept /phone/');
  assert.equal(await ready.answer('/static/main.js'), 'kept /static/main.js');
  assert.deepEqual(ready.asked.fetched, []);
});

test('the API, other pages, other origins and anything but GET pass by untouched', async () => {
  const ready = worker();
  await ready.install();
  assert.equal(ready.answer('/api/v1/pack'), undefined);
  assert.equal(ready.answer('/api/v1/segments', { method: 'POST' }), undefined);
  assert.equal(ready.answer('/coverage', { mode: 'navigate' }), undefined);
  assert.equal(ready.answer('/static/main.js', { method: 'POST' }), undefined);
  assert.equal(ready.answer('/static/main.js', { origin: 'https://elsewhere.example' }), undefined);
});
