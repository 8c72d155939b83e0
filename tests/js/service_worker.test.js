/** The service worker: all of a version or nothing of it, no takeover unasked, the API never kept. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';

const SOURCE = readFileSync(new URL('../../static/js/sw.js', import.meta.url), 'utf8');
const ORIGIN = 'https://fieldcheck.example';

/** A worker of one version with its own caches, and what it was asked to do. */
function worker({ version = '1', assets = ['/phone/', '/static/main.js'], missing = [], stores = new Map() } = {}) {
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
        match: async (path) => store.get(path),
      };
    },
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
  };
  const fetch = async (request) => {
    asked.fetched.push(request.url);
    return 'network';
  };
  runInNewContext(SOURCE, { self, caches, fetch, Request, URL, ASSETS: assets, VERSION: version });
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
  return { install: () => waited('install'), activate: () => waited('activate'), answer, say: (data) => handlers.message({ data }), asked, stores };
}

test('installing fails as a whole when one file cannot be had', async () => {
  await assert.rejects(worker({ missing: ['/static/main.js'] }).install());
});

test('a new version does not take over by itself', async () => {
  const fresh = worker();
  await fresh.install();
  assert.equal(fresh.asked.skipped, 0);
  fresh.say('something else');
  assert.equal(fresh.asked.skipped, 0);
  fresh.say('take-over');
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
  assert.equal(ready.answer('/static/main.js', { origin: 'https://elsewhere.example' }), undefined);
});
