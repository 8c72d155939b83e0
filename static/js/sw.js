/**
 * The app without a network. Everything it needs is kept when it is installed, all of it or nothing; a new version waits
 * until the page asks for it, so that a visit under way never changes its program (pitfall 22). The API is never kept.
 *
 * A browser starts a waiting worker by itself once the last page is closed. So the page says while a visit is open
 * (`hold`), and until it says that none is (`release`) even a newer worker hands out the version that the visit began on.
 *
 * The pictures of help come after all that and one by one: without them the app is whole, so none of them holds it up.
 */

const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const CACHE = `phone-${VERSION}`;
const PAGE = '/phone/';
/** Where the name of the held version stands: a cache of one entry, since a worker keeps nothing in memory. */
const HOLD = 'hold';
const HELD = '/held';

scope.addEventListener('install', (event) => event.waitUntil(keepAll()));

scope.addEventListener('activate', (event) => event.waitUntil(dropOld().then(keepPictures)));

scope.addEventListener('message', (event) => {
  const work = { 'take-over': takeOver, hold, release }[String(event.data)];
  if (work) event.waitUntil(work(event.source).then(keepPictures));
});

scope.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== scope.location.origin) return;
  if (mode === 'navigate' && pathname === PAGE) event.respondWith(kept(PAGE, event.request));
  // Files of a held version have names that this one does not know.
  else if (ASSETS.includes(pathname) || pathname.startsWith('/static/')) event.respondWith(kept(pathname, event.request));
});

/** Rejects where any single file cannot be had: then this version is not installed and the old one stays. */
async function keepAll() {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache: a file of yesterday beside one of today would not start.
  await cache.addAll(ASSETS.map((path) => new Request(path, { cache: 'reload' })));
}

/** What is missing of the pictures; said at every start, so that a network that broke off is no loss. */
async function keepPictures() {
  const cache = await caches.open(CACHE);
  for (const path of PICTURES) {
    if (!(await cache.match(path))) await cache.add(path).catch(() => {});
  }
}

/** The page wants the newer version now. */
async function takeOver() {
  await caches.delete(HOLD);
  await scope.skipWaiting();
}

/** A visit is open: the version it is recorded with stays, whichever comes meanwhile. The first word holds. */
async function hold() {
  const cache = await caches.open(HOLD);
  if (!(await cache.match(HELD))) await cache.put(HELD, new Response(CACHE));
}

/**
 * No visit is open any more: the next start is the newest version's, and the page hears if that is another than its own.
 * @param {{postMessage: (word: string) => void} | null} page
 */
async function release(page) {
  const newer = (await heldName()) !== CACHE;
  await caches.delete(HOLD);
  await dropOld();
  if (newer) page?.postMessage('newer');
}

async function dropOld() {
  // What is being installed or waits to take over is newer, not old.
  if (scope.registration.installing || scope.registration.waiting) return;
  const keep = [CACHE, await heldName()];
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('phone-') && !keep.includes(name)).map((name) => caches.delete(name)));
}

/** @returns {Promise<string>} the cache that is handed out */
async function heldName() {
  const named = await (await caches.match(HELD, { cacheName: HOLD }))?.text();
  return named && (await caches.has(named)) ? named : CACHE;
}

/**
 * @param {string} path
 * @param {Request} request
 */
async function kept(path, request) {
  const [held, own] = await Promise.all([heldName().then((name) => caches.open(name)), caches.open(CACHE)]);
  return (await held.match(path)) ?? (await own.match(path)) ?? fetch(request);
}
