/** Sync (同步): what waits, what does not go on by itself and why, and one button. */

import { html, nothing } from 'lit-html';

import { reasonIn } from '../model/texts.js';
import { stuckItems, tryStuckAgain, waitingBytes, waitingCounts } from '../store/outbox.js';
import { clockTime, shortDate, sizeWords, syncSentence } from './parts/moments.js';
import { primary, secondary } from './parts/rows.js';

/** @import { Photo } from '../store/outbox.js' */
/** @import { Segment } from '../store/record.js' */
/** @import { App, Screen } from './app.js' */

/**
 * @typedef {{waiting: {segments: number, photos: number, oldest_at: string | null}, sum: {bytes: number | null},
 *   stuck: {segments: Segment[], photos: Photo[], n: number}}} Model
 *   `sum`: of the bytes; null until it is made
 */

/** Of what is stuck, so many records and so many photos are shown by name. */
const STUCK_SHOWN = 20;

/** @type {Screen} */
export const syncScreen = { load, view, parent: () => ({ screen: 'today' }) };

/**
 * @param {App} app
 * @returns {Promise<Model>}
 */
async function load(app) {
  const [waiting, stuck] = await Promise.all([waitingCounts(), stuckItems(STUCK_SHOWN)]);
  /** @type {Model['sum']} */
  const sum = { bytes: null };
  // Of thousands of photos they are added up behind the screen.
  void waitingBytes().then((bytes) => {
    sum.bytes = bytes;
    app.redraw();
  });
  return { waiting, stuck, sum };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, { waiting, stuck, sum: { bytes } }) {
  const { t, shown } = app;
  const main = html`
    <h1 data-first tabindex="-1">${t('sync.title')}</h1>
    <p>${syncSentence(app)}</p>
    <section class="card">
      ${waiting.segments + waiting.photos === 0 ? html`<p>${t('sync.nothing_waits')}</p>` : html`
        <p>${t('sync.waiting_records', { n: waiting.segments })}</p>
        <p>${t('sync.waiting_photos', { n: waiting.photos })}</p>
        <p class="muted">${bytes === null ? nothing : t('sync.waiting_bytes', { size: sizeWords(bytes) })}
          ${waiting.oldest_at ? t('sync.oldest', { time: `${shortDate(waiting.oldest_at)} ${clockTime(waiting.oldest_at)}` }) : nothing}</p>`}
    </section>
    ${stuck.n ? stuckList(app, stuck) : nothing}
    <p class="muted">${t('sync.safe')}</p>
    ${waiting.segments + waiting.photos ? secondary(app, t('rescue_file.open'), () => app.go('rescue')) : nothing}
  `;
  return { main, thumb: primary(app, t(shown.syncing ? 'sync.running' : 'sync.now'), () => app.sync()) };
}

/**
 * @param {App} app
 * @param {Model['stuck']} stuck
 */
function stuckList(app, { segments, photos, n }) {
  const { t } = app;
  const more = n - segments.length - photos.length;
  const again = async () => {
    await tryStuckAgain();
    await app.sync();
  };
  return html`
    <h2>${t('stuck.title')}</h2>
    <ul class="list">
      ${segments.map((one) => html`<li>${t('stuck.record', { time: `${shortDate(one.made_at)} ${clockTime(one.made_at)}` })}
        <br><span class="muted">${reasonIn(t, String(one.stuck))}</span></li>`)}
      ${photos.map((one) => html`<li>${t('stuck.photo', { kind: t(`kind.${one.kind}`), time: `${shortDate(one.taken_at)} ${clockTime(one.taken_at)}` })}
        <br><span class="muted">${reasonIn(t, String(one.stuck))}</span></li>`)}
    </ul>
    ${more ? html`<p class="muted">${t('stuck.more', { n: more })}</p>` : nothing}
    ${secondary(app, t('stuck.again'), again)}
  `;
}
