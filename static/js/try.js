/**
 * The page `/try` (试一次走访): the real phone in a frame, with stand-ins for camera, position and network, beside the live
 * map and the office's review. It prepares the phone once and then only looks on.
 */

import zhCommon from '../texts/zh/common.json';
import zhDesk from '../texts/zh/desk.json';
import zhTry from '../texts/zh/try.json';
import enCommon from '../texts/en/common.json';
import enDesk from '../texts/en/desk.json';
import enTry from '../texts/en/try.json';
import { sessionClock } from './device/clock.js';
import { webCrypto } from './device/crypto.js';
import { exclusive } from './device/locks.js';
import { makeText } from './model/texts.js';
import { GivenPosition } from './rehearsal/given_position.js';
import { Handset } from './rehearsal/handset.js';
import { Office } from './rehearsal/office.js';
import { isForgotten, makePhone, phoneFound } from './rehearsal/prepared_phone.js';
import { heldOf, stageOf, stepsDone } from './rehearsal/progress.js';
import { samplePicture } from './rehearsal/sample_camera.js';
import { counts } from './store/outbox.js';
import { browserTransport } from './sync/transport.js';

/** @import { Scene } from './rehearsal/scene.js' */
/** @import { Held, Stage } from './rehearsal/progress.js' */

const LOOK_EVERY_MS = 1500;
/** The reader sees that the visit was accepted before the map comes back. */
const LOOK_AT_ACCEPTED_MS = 1500;
/** What is missing and has a sentence of its own here. */
const SPOKEN_LACKS = ['township', 'core', 'place_photo'];
const ASK_ANEW = 'new';

const language = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
const t = makeText({ zh: { ...zhCommon, ...zhDesk, ...zhTry }, en: { ...enCommon, ...enDesk, ...enTry } }, language);
const transport = browserTransport(() => document.documentElement.lang);
const ports = { crypto: webCrypto(), clock: sessionClock(), exclusive };
const server = { transport, origin: location.origin };
const root = /** @type {HTMLElement} */ (document.getElementById('try'));
const given = /** @type {Record<string, string>} */ ({ ...root.dataset });
const point = { lon: Number(given.lon), lat: Number(given.lat) };

class TryPage {
  /** @type {Stage | ''} */
  #stage = '';
  #said = '';
  #forgotten = false;

  constructor() {
    this.position = new GivenPosition(point, ports.clock.now);
    this.handset = new Handset(root, t, this.position, () => scene(0, new Date().toISOString().replace('T', ' ').slice(0, 23)));
    this.office = new Office(root, t, transport, language);
    this.office.mark(point, t('try.marker'), (moved) => this.position.move(moved));
    this.now = /** @type {HTMLElement} */ (document.getElementById('now'));
    this.anew = /** @type {HTMLDialogElement} */ (document.getElementById('anew-dialog'));
    document.getElementById('anew')?.addEventListener('click', () => this.askAnew());
    this.anew.addEventListener('close', () => this.anew.returnValue === 'yes' && startAnew());
  }

  async begin() {
    const found = await phoneFound(given.inspector);
    const wanted = new URLSearchParams(location.search).has(ASK_ANEW);
    if (wanted) history.replaceState(null, '', location.pathname);
    if (found.kind === 'other' && !wanted) {
      this.handset.say(t('try.other', { name: found.name }));
      await this.look();
      return this.askAnew();
    }
    if (found.kind === 'ready' && !wanted && (await isForgotten(ports, server))) return this.offerInstead();
    void this.look();
    if ((found.kind !== 'ready' || wanted) && !(await this.make())) return undefined;
    this.handset.open();
    return this.look();
  }

  /** The office knows nothing of this phone: what it holds has no place to go. */
  async offerInstead() {
    this.#forgotten = true;
    this.say(t('try.forgotten'), []);
    this.handset.open();
    await this.office.look();
    return this.askAnew();
  }

  async make() {
    try {
      const made = await makePhone({
        ports, unit: given.unit, code: given.code, inspector: given.inspector, version: given.version, worker: given.worker, point,
        picture: (house) => samplePicture(scene(house, t('try.scene_number', { n: house + 1 }))),
        respondent: (number) => t('try.respondent', { number }), seen: t('try.note_seen'), noCase: t('try.note_no_case'),
        noPhoto: t('try.note_no_photo'),
      }, server, { token: given.token, name: t('try.phone_name') });
      if (!made) this.handset.say(t('try.nobody_sent'));
      return made;
    } catch (fault) {
      console.error(fault);
      this.handset.say(t('try.not_prepared'));
      return false;
    }
  }

  /** Looks at phone and office again and again, and says what is next. */
  async look() {
    const [held, township] = await Promise.all([heldOf(given.unit, ports.clock.now()), this.office.look()]);
    const state = township?.visits.find(({ visit }) => visit === held.visit?.visit)?.state ?? null;
    if (held.visit && !this.#forgotten) this.show(held, stageOf(held, { status: township?.status ?? '', state }), township?.status ?? null);
  }

  /**
   * @param {Held} held
   * @param {Stage} stage
   * @param {string | null} status of the township; null where the server does not answer
   */
  show(held, stage, status) {
    const reached = status !== null;
    const lack = held.lacks.find((one) => SPOKEN_LACKS.includes(one.key));
    const words = stage === 'record' && lack ? `try.now.${lack.key}` : `try.now.${stage}`;
    this.say(t(words, { unit: held.visit?.place.unit_name ?? '', n: held.waiting, ...lack?.values }), reached ? hints(stage, this.handset.network.isCut, status) : [t('try.away')]);
    const done = stepsDone(stage);
    for (const [at, step] of [...root.querySelectorAll('[data-step]')].entries()) {
      step.classList.toggle('done', at < done);
      if (at === done) step.setAttribute('aria-current', 'step');
      else step.removeAttribute('aria-current');
    }
    this.office.offerReview(stage === 'review' && reached && held.visit ? held.visit.visit : null);
    if (this.#stage === 'review' && stage !== 'review') setTimeout(() => this.office.showMap(), LOOK_AT_ACCEPTED_MS);
    this.#stage = stage;
  }

  /**
   * @param {string} words
   * @param {string[]} more
   */
  say(words, more) {
    const all = [words, ...more].join('\n');
    if (all === this.#said) return;
    this.#said = all;
    const paragraph = (/** @type {string} */ textContent, className = '') => Object.assign(document.createElement('p'), { textContent, className });
    const [title] = this.now.children;
    this.now.replaceChildren(title, paragraph(words), ...more.map((one) => paragraph(one, 'muted small')));
  }

  /** Asks before anything is taken off the phone, and says what would be lost. */
  async askAnew() {
    const { saved, waiting } = await counts();
    const words = /** @type {HTMLElement} */ (document.getElementById('anew-words'));
    const key = this.#forgotten ? 'try.anew.forgotten' : waiting ? 'try.anew.words' : 'try.anew.arrived';
    words.textContent = t(key, { saved, n: waiting });
    this.anew.showModal();
  }
}

/**
 * @param {Stage} stage
 * @param {boolean} cut
 * @param {string} status of the township
 */
function hints(stage, cut, status) {
  if (cut) return [t('try.hint.is_cut')];
  if (!['record', 'seal'].includes(stage)) return [];
  return [...(status.startsWith('covered') ? [t('try.hint.again')] : []), t('try.hint.cut'), t('try.hint.server')];
}

/**
 * @param {number} house
 * @param {string} written
 * @returns {Scene}
 */
function scene(house, written) {
  return { sign: t('try.scene_sign'), mark: t('try.scene_mark'), written, house };
}

/** From the start, with a fresh form token. */
function startAnew() {
  location.assign(`${location.pathname}?${ASK_ANEW}`);
}

const page = new TryPage();
await page.begin();
setInterval(() => !document.hidden && page.look(), LOOK_EVERY_MS);
