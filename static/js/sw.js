/**
 * The app without a network. Everything it needs is kept when it is installed, all of it or nothing; a new version waits
 * until the page asks for it, so that a visit under way never changes its program (pitfall 22). The API is never kept.
 */

const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const CACHE = `phone-${VERSION}`;
const PAGE = '/phone/';

scope.addEventListener('install', (event) => event.waitUntil(keepAll()));

scope.addEventListener('activate', (event) => event.waitUntil(dropOld()));

scope.addEventListener('message', ({ data }) => {
  if (data === 'take-over') void scope.skipWaiting();
});

scope.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== scope.location.origin) return;
  if (mode === 'navigate' && pathname === PAGE) event.respondWith(kept(PAGE, event.request));
  else if (ASSETS.includes(pathname)) event.respondWith(kept(pathname, event.request));
});

/** Rejects where any single file cannot be had: then this version is not installed and the old one stays. */
async function keepAll() {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache: a file of yesterday beside one of today would not start.
  await cache.addAll(ASSETS.map((path) => new Request(path, { cache: 'reload' })));
}

async function dropOld() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('phone-') && name !== CACHE).map((name) => caches.delete(name)));
}

/**
 * @param {string} path
 * @param {Request} request
 */
async function kept(path, request) {
  return (await (await caches.open(CACHE)).match(path)) ?? fetch(request);
}
