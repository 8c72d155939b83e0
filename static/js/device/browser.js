/** This browser: what it is, what it speaks, and the address that opened it. */

const COOKIE = 'fc_language';
const YEAR_S = 365 * 24 * 3600;

/** What decides whether field work may be kept here. */
export function surroundings() {
  return {
    userAgent: navigator.userAgent,
    secure: window.isSecureContext,
    able: 'indexedDB' in window && !!crypto.subtle && 'randomUUID' in crypto && 'serviceWorker' in navigator,
  };
}

/** Language tags, best first. */
export function preferredLanguages() {
  return navigator.languages ?? [navigator.language];
}

/** The language chosen here before, as the server's pages know it too. */
export function storedLanguage() {
  return new RegExp(`(?:^|; )${COOKIE}=(\\w+)`).exec(document.cookie)?.[1] ?? null;
}

/** @param {string} language */
export function storeLanguage(language) {
  document.cookie = `${COOKIE}=${language}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax`;
}

/** Scheme and host of the server: what every proof of this device is made for. */
export function origin() {
  return window.location.origin;
}

/** The part of the address after `#`, with it. */
export function addressHash() {
  return window.location.hash;
}

/** Takes a used token out of the address and the history. */
export function clearAddressHash() {
  window.history.replaceState(window.history.state, '', window.location.pathname);
}

/** The whole address, to be opened elsewhere. */
export function wholeAddress() {
  return window.location.href;
}

/** The address without its part after `#`: short enough to be typed over. */
export function shortAddress() {
  return window.location.origin + window.location.pathname;
}

/**
 * Puts words where "paste" finds them; views of other apps have the old way only.
 * @param {string} words
 * @returns {Promise<boolean>} false where nothing may be copied
 */
export async function copied(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    const field = Object.assign(document.createElement('textarea'), { value: words, readOnly: true, className: 'sr-only' });
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    return done;
  }
}

/** What people would call this phone, as far as the browser tells: a proposal that they change. */
export function phoneName() {
  const system = /Android|iPhone|iPad|Windows|Mac OS X|Linux/.exec(navigator.userAgent)?.[0] ?? '';
  const browser = /Firefox|Edg|Chrome|Safari/.exec(navigator.userAgent)?.[0] ?? '';
  return [system, browser].filter(Boolean).join(' ');
}
