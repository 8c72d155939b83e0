/** The service worker: the app without a network, and a new version that waits until it is wanted; and the home screen. */

/** What Chrome hands out once, early, to be asked with later. */
let offer = /** @type {any} */ (null);
window.addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  offer = event;
});

/**
 * Registers the worker and reports each new version that is ready and waiting.
 * @param {(takeOver: () => void) => void} onUpdate given what to call when people want the new version
 */
export async function install(onUpdate) {
  // A version that took over while a visit was open has waited for it to end. First, since without a network registering fails.
  navigator.serviceWorker.addEventListener('message', ({ data }) => data === 'newer' && onUpdate(() => window.location.reload()));
  const registration = await navigator.serviceWorker.register('/sw.js', { scope: '/phone/' });
  const report = () => {
    const { waiting } = registration;
    // Without a controller this is the first install: nothing older is running.
    if (waiting && navigator.serviceWorker.controller) onUpdate(() => takeOver(waiting));
  };
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', report));
  report();
  // Browsers look for a new version when a page opens; an installed app may stay open for weeks.
  await registration.update();
}

/** @param {ServiceWorker} waiting */
function takeOver(waiting) {
  navigator.serviceWorker.addEventListener('controllerchange', () => window.location.reload(), { once: true });
  waiting.postMessage('take-over');
}

/**
 * Where this app stands. A browser that neither offers to install nor knows a home screen puts nothing there: a tab is all
 * there is.
 * @returns {'installed' | 'offered' | 'tab' | 'apple' | 'cannot'} `offered`: a tap is enough; `apple`: by Safari's share menu
 */
export function installPlace() {
  if (isInstalled()) return 'installed';
  if (offer) return 'offered';
  if ('standalone' in navigator) return 'apple';
  return 'onbeforeinstallprompt' in window ? 'tab' : 'cannot';
}

/** Asks to put the app on the home screen; each offer of the browser is good once. */
export async function askToInstall() {
  await offer?.prompt();
  offer = null;
}

/**
 * Tells the worker whether a visit is open; while one is, every start runs the version that the visit began on.
 * @param {boolean} open
 */
export async function visitUnderWay(open) {
  const registration = await navigator.serviceWorker?.getRegistration('/phone/');
  registration?.active?.postMessage(open ? 'hold' : 'release');
}

/** Whether the app stands on the home screen rather than in a tab. */
function isInstalled() {
  return window.matchMedia('(display-mode: standalone)').matches || /** @type {any} */ (navigator).standalone === true;
}
