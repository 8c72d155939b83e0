/** The phone in its frame: what stands in for its parts, and the three buttons below it. */

import { STAND_INS } from '../device/stand_ins.js';
import { clockTime } from '../ui/parts/moments.js';
import { NetworkSwitch } from './network_switch.js';
import { sampleStream } from './sample_camera.js';

/** @import { StandIns } from '../device/stand_ins.js' */
/** @import { Text } from '../model/texts.js' */
/** @import { GivenPosition } from './given_position.js' */
/** @import { Scene } from './scene.js' */

const PHONE = '/phone/';
const MINUTE_MS = 60000;

export class Handset {
  /**
   * @param {ParentNode} root
   * @param {Text} t
   * @param {GivenPosition} position
   * @param {() => Scene} scene
   */
  constructor(root, t, position, scene) {
    const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (root.querySelector(`#${id}`));
    this.t = t;
    this.frame = /** @type {HTMLIFrameElement} */ (part('phone'));
    this.says = part('handset-says');
    this.time = part('handset-time');
    this.word = part('handset-network');
    this.switch = part('network');
    this.network = new NetworkSwitch();
    /** @type {any} */ (window)[STAND_INS] = (/** @type {Window} */ page) => this.#standIns(page, position, scene);
    this.switch.addEventListener('click', () => this.cut(!this.network.isCut));
    part('restart').addEventListener('click', () => this.restart());
    this.#showTop();
    setInterval(() => this.#showTop(), MINUTE_MS / 4);
  }

  /** Switches the phone on. */
  open() {
    this.says.hidden = true;
    this.frame.hidden = false;
    this.frame.src = PHONE;
  }

  /** Switches it off, and waits until its page is gone. */
  async close() {
    this.frame.hidden = true;
    this.says.hidden = false;
    if (this.frame.src === '') return;
    const gone = new Promise((resolve) => this.frame.addEventListener('load', resolve, { once: true }));
    this.frame.src = 'about:blank';
    await gone;
  }

  /** As if it had been switched off and on: everything in memory is gone. */
  restart() {
    try {
      this.frame.contentWindow?.location.reload();
    } catch {
      // The browser's own page about a server that is away cannot be touched.
      this.frame.src = PHONE;
    }
  }

  /** @param {boolean} cut */
  cut(cut) {
    this.network.set(cut);
    this.switch.setAttribute('aria-pressed', String(cut));
    this.#showTop();
    // A browser says the same to its pages when a network appears.
    if (!cut) this.frame.contentWindow?.dispatchEvent(new Event('online'));
  }

  /** @param {string} words */
  say(words) {
    this.says.replaceChildren(Object.assign(document.createElement('p'), { textContent: words }));
  }

  #showTop() {
    this.time.textContent = clockTime(Date.now());
    this.word.textContent = this.t(this.network.isCut ? 'try.network.cut' : 'try.network.there');
    this.word.classList.toggle('cut', this.network.isCut);
    this.switch.textContent = this.t(this.network.isCut ? 'try.restore' : 'try.cut');
  }

  /**
   * @param {Window} page
   * @param {GivenPosition} position
   * @param {() => Scene} scene
   * @returns {StandIns}
   */
  #standIns(page, position, scene) {
    return {
      camera: () => sampleStream(scene),
      watchPosition: (onSample) => {
        const stop = position.watch(onSample);
        // A page that is gone must hear of nothing any more.
        page.addEventListener('pagehide', stop);
        return stop;
      },
      Request: this.network.requestsOf(page),
    };
  }
}
