/** The office's side of a rehearsal: the live map with the phone's marker, why the township stands so, the review. */

import { CoverageMap } from '../map/coverage_map.js';
import { onThemeChange } from '../map/palette.js';
import { addPositionMarker } from '../map/position_marker.js';

/** @import { Coverage, Township } from '../map/coverage.js' */
/** @import { Point } from '../model/place.js' */
/** @import { Text } from '../model/texts.js' */
/** @import { Transport } from '../sync/transport.js' */

const WHY = '/try/why';
/** @typedef {Township & {visits: {visit: string, state: string}[]}} Seen */

export class Office {
  #etag = '';
  /** @type {Coverage | null} */
  #coverage = null;
  #shownWhy = '';
  #signedIn = false;

  /**
   * @param {HTMLElement} root
   * @param {Text} t
   * @param {Transport} transport
   * @param {string} language
   */
  constructor(root, t, transport, language) {
    const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (root.querySelector(`#${id}`));
    this.transport = transport;
    this.api = root.dataset.api ?? '';
    this.unit = root.dataset.unit ?? '';
    this.chosen = this.unit;
    this.place = /** @type {HTMLElement} */ (root.querySelector('.try-office'));
    this.map = part('view-map');
    this.desk = part('view-desk');
    this.why = part('try-why');
    this.toDesk = part('to-desk');
    this.toMap = part('to-map');
    const sources = [...root.querySelectorAll('#attribution li')].map((line) => line.textContent ?? '');
    this.picture = new CoverageMap(part('map'), sources, t, ({ unit }) => {
      this.chosen = unit;
      this.#choose();
      void this.#showWhy();
    }, language);
    onThemeChange(() => this.picture.draw());
    this.toDesk.addEventListener('submit', (event) => this.#openReview(event));
    this.toMap.addEventListener('click', () => this.showMap());
  }

  /**
   * Puts the phone's marker on the map.
   * @param {Point} point
   * @param {string} label
   * @param {(point: Point) => void} onMove
   */
  mark(point, label, onMove) {
    addPositionMarker(this.picture.map, point, label, onMove);
  }

  /**
   * Asks how coverage stands and shows what changed; null where nobody answers.
   * @returns {Promise<Seen | null>}
   */
  async look() {
    try {
      const reply = await this.transport({ method: 'GET', path: this.api, headers: this.#etag ? { 'If-None-Match': this.#etag } : {} });
      if (reply.status === 200) {
        this.#coverage = JSON.parse(reply.text);
        this.#etag = reply.header('ETag') ?? '';
        this.picture.show(/** @type {Coverage} */ (this.#coverage));
        this.#choose();
        await this.#showWhy();
      } else if (reply.status !== 304) return null;
    } catch {
      return null;
    }
    return this.#township(this.unit);
  }

  /**
   * Offers the review of a visit, or no more.
   * @param {string | null} visit
   */
  offerReview(visit) {
    this.toDesk.hidden = visit === null || this.map.hidden;
    if (visit) /** @type {HTMLInputElement} */ (this.toDesk.querySelector('[name=next]')).value = `/desk/visits/${visit}`;
  }

  /** Back from the review to the map. */
  showMap() {
    this.#turn(false);
    this.chosen = this.unit;
    this.picture.resize();
    this.#choose();
    void this.#showWhy();
  }

  /** @param {Event} event */
  #openReview(event) {
    this.#turn(true);
    // The form token of this page is good for signing in once.
    if (!this.#signedIn) {
      this.#signedIn = true;
      return;
    }
    event.preventDefault();
    const { value } = /** @type {HTMLInputElement} */ (this.toDesk.querySelector('[name=next]'));
    /** @type {HTMLIFrameElement} */ (this.desk.querySelector('iframe')).src = value;
  }

  /**
   * @param {string} unit
   * @returns {Seen | null}
   */
  #township(unit) {
    return /** @type {any} */ (this.#coverage?.features.find(({ properties }) => properties.unit === unit)?.properties ?? null);
  }

  /** @param {boolean} toReview whether the review is shown in the map's place */
  #turn(toReview) {
    this.place.classList.toggle('reviewing', toReview);
    for (const one of [this.map, this.why]) one.hidden = toReview;
    for (const one of [this.desk, this.toMap]) one.hidden = !toReview;
    this.toDesk.hidden = true;
  }

  #choose() {
    this.picture.choose(this.#township(this.unit)?.county ?? null, this.chosen);
  }

  async #showWhy() {
    const wanted = JSON.stringify(this.#township(this.chosen));
    if (wanted === this.#shownWhy) return;
    const reply = await this.transport({ method: 'GET', path: `${WHY}?unit=${encodeURIComponent(this.chosen)}` });
    const fresh = new DOMParser().parseFromString(reply.text, 'text/html').getElementById('why');
    if (!fresh) return;
    this.#shownWhy = wanted;
    this.why.replaceChildren(document.adoptNode(fresh));
  }
}
