/**
 * Put into every page of `bench/phone.py` before the app: when what is waited for stands on the screen, how long each change of
 * screen takes, how long the PIN is reckoned, and how long each frame takes. Times are ms; those of a start count from its navigation.
 */
(() => {
  const bench = { changes: [], reckoned: 0, shown: {}, frames: null };
  globalThis.phoneBench = bench;
  const WANTED = { pin: '#unlock', today: 'main h1' };
  let clicked = null;
  const saved = () => document.querySelector('.counts summary b')?.textContent;
  const where = () => `${globalThis.history.state?.screen ?? ''} ${document.querySelector('progress.steps')?.value ?? ''} ${document.querySelector('main h1')?.textContent ?? ''}`;
  let stood = '';
  // A frame after the change is drawn by the next one at the latest.
  const drawn = (then) => requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = then; channel.port2.postMessage(0); });

  const look = () => {
    for (const [name, selector] of Object.entries(WANTED)) {
      const there = name === 'today' ? document.querySelector('header.top') && document.querySelector(selector) : document.querySelector(selector);
      if (there && !(name in bench.shown)) {
        bench.shown[name] = null;
        drawn(() => { bench.shown[name] = performance.now(); });
      }
    }
    const now = where();
    if (now === stood) return;
    const [from, began] = [stood, clicked];
    stood = now;
    clicked = null;
    if (began !== null) drawn(() => bench.changes.push({ from, to: now, ms: performance.now() - began.at, saved: saved() !== began.saved }));
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['value'] });
  addEventListener('click', (event) => { clicked = { at: event.timeStamp, saved: saved() }; }, { capture: true });

  for (const name of ['deriveBits', 'deriveKey']) {
    const real = globalThis.SubtleCrypto?.prototype[name];
    if (!real) continue;
    SubtleCrypto.prototype[name] = async function (how, ...rest) {
      const began = performance.now();
      try {
        return await real.call(this, how, ...rest);
      } finally {
        if (how?.name === 'PBKDF2') bench.reckoned += performance.now() - began;
      }
    };
  }

  bench.beginFrames = () => {
    bench.frames = [];
    let before = performance.now();
    const next = (now) => {
      if (!bench.frames) return;
      bench.frames.push(now - before);
      before = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame((now) => { before = now; requestAnimationFrame(next); });
  };
  bench.endFrames = () => {
    const { frames } = bench;
    bench.frames = null;
    return frames;
  };
  // How fast this thread is: the same work with and without the slow-down shows that the slow-down is real.
  bench.loop = () => {
    const began = performance.now();
    let sum = 0;
    for (let at = 0; at < 2e7; at += 1) sum = (sum + at * at) % 1000003;
    return [performance.now() - began, sum];
  };
})();
