/**
 * The review pages, alive: what was opened is ticked off, Accept waits until all of it was, and single keys lead where
 * the hand would click. Without this script the boxes are ticked by hand and the server says what is still unopened.
 */

/** @param {string} selector @param {ParentNode} [root] */
const all = (selector, root = document) => /** @type {HTMLElement[]} */ ([...root.querySelectorAll(selector)]);

/** Keep the list of what must be opened, and Accept shut until it is empty. */
function watchOpening() {
  const accept = document.getElementById('accept-button');
  if (!(accept instanceof HTMLButtonElement)) return;
  const musts = /** @type {HTMLDetailsElement[]} */ (all('details.must'));
  const hint = document.getElementById('to-open');

  /** One code may stand for several things, the place photo for every place photo: one opened serves. */
  const update = () => {
    const ticked = (/** @type {HTMLElement} */ must) => all('input:checked', must).length > 0;
    const opened = new Set(musts.filter(ticked).map((must) => must.dataset.opens));
    for (const line of all('[data-check]')) line.classList.toggle('done', opened.has(line.dataset.check));
    const missing = !musts.some((must) => must.dataset.opens === 'place_photo')
      || musts.some((must) => !opened.has(must.dataset.opens));
    accept.disabled = missing || accept.hasAttribute('data-blocked');
    if (hint) hint.hidden = !missing;
  };

  for (const must of musts) {
    const box = must.querySelector('input');
    must.addEventListener('toggle', () => {
      if (box && must.open) box.checked = true;
      update();
    });
    box?.addEventListener('change', update);
  }
  update();
}

/**
 * What a key stands for is marked in the page with `data-key`.
 * @param {HTMLElement} target
 */
function follow(target) {
  if (target instanceof HTMLAnchorElement) {
    location.assign(target.href);
  } else if (target instanceof HTMLDetailsElement) {
    target.open = true;
    /** @type {HTMLElement | null} */ (target.querySelector('input:not([type=hidden]), textarea'))?.focus();
  } else if (target instanceof HTMLButtonElement && target.disabled) {
    openNext();
  } else {
    // A key alone decides nothing: the button is brought under Enter.
    target.focus();
  }
}

/** Open the first thing that Accept still waits for. */
function openNext() {
  const musts = /** @type {HTMLDetailsElement[]} */ (all('details.must'));
  // One that was just opened is ticked a moment later: what is open counts here already.
  const next = musts.find((must) => !must.open && !all('input:checked', must).length);
  if (!next) return;
  next.open = true;
  next.scrollIntoView({ block: 'nearest' });
  next.querySelector('summary')?.focus();
}

/**
 * In the queue `j` and `k` move from row to row; Enter opens.
 * @param {number} step
 */
function moveInQueue(step) {
  const rows = all('a[data-row]');
  const at = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
}

function listen() {
  document.addEventListener('keydown', (event) => {
    const within = event.target instanceof Element ? event.target : document.body;
    if (event.ctrlKey || event.metaKey || event.altKey || within.closest('input:not([type=checkbox]), textarea, select')) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (target instanceof HTMLElement) follow(target);
    else if (event.key === 'j' || event.key === 'k') moveInQueue(event.key === 'j' ? 1 : -1);
    else return;
    event.preventDefault();
  });
}

watchOpening();
listen();
