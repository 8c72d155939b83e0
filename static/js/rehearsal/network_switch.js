/** A switch (断网、恢复) below everything that speaks to the server: while it is cut, every request fails as without a signal. */

export class NetworkSwitch {
  #cut = false;
  /** @type {Set<XMLHttpRequest>} */
  #underWay = new Set();

  /** Whether there is no network. */
  get isCut() {
    return this.#cut;
  }

  /** @param {boolean} cut */
  set(cut) {
    this.#cut = cut;
    if (cut) this.#end(this.#underWay);
  }

  /**
   * Requests for one page, which end with it as a browser ends them.
   * @param {Window} page
   * @returns {typeof XMLHttpRequest}
   */
  requestsOf(page) {
    const { isCutNow, begin } = { isCutNow: () => this.#cut, begin: (/** @type {XMLHttpRequest} */ one) => this.#begin(one, own) };
    /** @type {Set<XMLHttpRequest>} */
    const own = new Set();
    page.addEventListener('pagehide', () => this.#end(own));
    return class extends XMLHttpRequest {
      /** @param {XMLHttpRequestBodyInit | null} [body] */
      send(body) {
        if (isCutNow()) {
          setTimeout(() => this.dispatchEvent(new ProgressEvent('error')));
          return;
        }
        begin(this);
        super.send(body);
      }
    };
  }

  /**
   * @param {XMLHttpRequest} request
   * @param {Set<XMLHttpRequest>} own
   */
  #begin(request, own) {
    for (const set of [own, this.#underWay]) {
      set.add(request);
      request.addEventListener('loadend', () => set.delete(request));
    }
  }

  /** @param {Set<XMLHttpRequest>} requests */
  #end(requests) {
    for (const request of [...requests]) request.abort();
  }
}
