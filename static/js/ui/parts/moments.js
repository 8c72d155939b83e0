/** Moments and sizes as people say them, on the phone's own clock. */

import { inARow, reasonIn } from '../../model/texts.js';

/** @import { App } from '../app.js' */

const MEGABYTE = 1024 * 1024;

/**
 * Hours and minutes.
 * @param {string | number} moment
 */
export function clockTime(moment) {
  const date = new Date(moment);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/**
 * Month and day.
 * @param {string | number} moment
 */
export function shortDate(moment) {
  const date = new Date(moment);
  return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/**
 * What the last sync came to, in a sentence.
 * @param {App} app
 */
export function syncSentence({ t, shown, ports }) {
  const { lastSync, lastSuccess, counts, syncing } = shown;
  if (syncing) return t('sync.running_words');
  if (!lastSync) return t('sync.never');
  if (lastSync.code === 'done') {
    return t(counts.waiting ? 'sync.done_some_left' : 'sync.done', { time: ago(lastSync.at, ports.clock.now()), n: counts.waiting });
  }
  const since = lastSuccess ? t('sync.last_success', { time: ago(lastSuccess, ports.clock.now()) }) : '';
  const reason = lastSync.reason ? reasonIn(t, lastSync.reason) : '';
  const came = t(`sync.${lastSync.code}`, { reason });
  return since ? inARow([came, since]) : came;
}

/**
 * @param {number} moment
 * @param {number} now
 */
function ago(moment, now) {
  return new Date(moment).toDateString() === new Date(now).toDateString() ? clockTime(moment) : `${shortDate(moment)} ${clockTime(moment)}`;
}

/** @param {number} bytes */
export function sizeWords(bytes) {
  return bytes < MEGABYTE ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

/** @param {number} n */
function two(n) {
  return String(n).padStart(2, '0');
}
