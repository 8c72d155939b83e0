/** Sync (同步): what waits, what does not go on by itself and why, and one button. */

import { html, nothing } from 'lit-html';

import { reasonIn } from '../model/texts.js';
import { stuckItems, tryStuckAgain, waitingWork } from '../store/outbox.js';
import { clockTime, shortDate, sizeWords, syncSentence } from './parts/moments.js';
import { primary, secondary } from './parts/rows.js';

/** @import { Photo } from '../store/outbox.js' */
/** @import { Segment } from '../store/record.js' */
/** @import { App, Screen } from './app.js' */

/**
 * @typedef {{waiting: {segments: number, photos: number, bytes: number, oldest_at: string | null},
 *   stuck: {segments: Segment[], photos: Photo[]}}} Model
 */

/** @type {Screen} */
export const syncScreen = { load, view, parent: () => ({ screen: 'today' }) };

/** @returns {Promise<Model>} */
async function load() {
  const [waiting, stuck] = await Promise.all([waitingWork(), stuckItems()]);
  return { waiting, stuck };
}

/**
 * @param {App} app
 * @param {Model} model
 */
function view(app, { waiting, stuck }) {
  const { t, shown } = app;
  const anyStuck = stuck.segments.length + stuck.photos.length > 0;
  const main = html`
    <h1 data-first tabindex="-1">${t('sync.title')}</h1>
    <p>${syncSentence(app)}</p>
    <section class="card">
      ${waiting.segments + waiting.photos === 0 ? html`<p>${t('sync.nothing_waits')}</p>` : html`
        <p>${t('sync.waiting_records', { n: waiting.segments })}</p>
        <p>${t('sync.waiting_photos', { n: waiting.photos })}</p>
        <p class="muted">${t('sync.waiting_bytes', { size: sizeWords(waiting.bytes) })}
          ${waiting.oldest_at ? t('sync.oldest', { time: `${shortDate(waiting.oldest_at)} ${clockTime(waiting.oldest_at)}` }) : nothing}</p>`}
    </section>
    ${anyStuck ? stuckList(app, stuck) : nothing}
    <p class="muted">${t('sync.safe')}</p>
    ${waiting.segments + waiting.photos ? secondary(app, t('rescue_file.open'), () => app.go('rescue')) : nothing}
  `;
  return { main, thumb: primary(app, t(shown.syncing ? 'sync.running' : 'sync.now'), () => app.sync()) };
}

/**
 * @param {App} app
 * @param {Model['stuck']} stuck
 */
function stuckList(app, { segments, photos }) {
  const { t } = app;
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
    ${secondary(app, t('stuck.again'), again)}
  `;
}
