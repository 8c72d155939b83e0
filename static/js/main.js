/** The phone's app (走访记录): puts the pieces together and goes on where it stood. */

import { tremble, wearTheme } from './device/appearance.js';
import { addressHash, origin, preferredLanguages, shortAddress, storedLanguage, storeLanguage, surroundings, wholeAddress } from './device/browser.js';
import { closeCamera } from './device/camera.js';
import { sessionClock } from './device/clock.js';
import { webCrypto } from './device/crypto.js';
import { install, visitUnderWay } from './device/installation.js';
import { exclusive, unlessBusy } from './device/locks.js';
import { writeMarker } from './device/marker.js';
import { isVisible, onVisibility } from './device/network.js';
import { askToPersist, isPersisted, storageReport } from './device/storage.js';
import { keptAwake } from './device/wake_lock.js';
import { appName, codeOfLink, joinOfLink, tokenOfLink, unfitReason } from './model/surroundings.js';
import { chooseLanguage, makeText } from './model/texts.js';
import { currentDevice } from './store/devices.js';
import { onBlocked } from './store/database.js';
import { readHere, tellable } from './store/drafts.js';
import { wipedState } from './store/locking.js';
import { counts } from './store/outbox.js';
import { save } from './store/record.js';
import { readSetting, writeSetting } from './store/settings.js';
import { isLocked, readLock } from './store/vault.js';
import { anyVisitOpen } from './store/visits.js';
import { syncRound } from './sync/round.js';
import { browserTransport } from './sync/transport.js';
import { abandonScreen } from './ui/abandon_screen.js';
import { beginScreen } from './ui/begin_screen.js';
import { besideScreen } from './ui/beside_screen.js';
import { cadreScreen } from './ui/cadre_screen.js';
import { cameraScreen } from './ui/camera_screen.js';
import { companionScreen } from './ui/companion_screen.js';
import { datumScreen } from './ui/datum_screen.js';
import { discloseScreen } from './ui/disclose_screen.js';
import { displayScreen } from './ui/display_screen.js';
import { doubtScreen } from './ui/doubt_screen.js';
import { earlierScreen } from './ui/earlier_screen.js';
import { enrolScreen } from './ui/enrol_screen.js';
import { helpScreen } from './ui/help_screen.js';
import { householdScreen } from './ui/household_screen.js';
import { joinScreen } from './ui/join_screen.js';
import { LockKeeper } from './ui/lock_keeper.js';
import { lockedScreen } from './ui/locked_screen.js';
import { mapScreen } from './ui/map_screen.js';
import { noteScreen } from './ui/note_screen.js';
import { offerScreen } from './ui/offer_screen.js';
import { pinScreen } from './ui/pin_screen.js';
import { PositionKeeper } from './ui/position_keeper.js';
import { evidenceScreen } from './ui/evidence_screen.js';
import { proposalScreen } from './ui/proposal_screen.js';
import { readinessScreen } from './ui/readiness_screen.js';
import { rescueScreen } from './ui/rescue_screen.js';
import { sealScreen } from './ui/seal_screen.js';
import { secretScreen } from './ui/secret_screen.js';
import { Stage } from './ui/stage.js';
import { SyncKeeper } from './ui/sync_keeper.js';
import { syncScreen } from './ui/sync_screen.js';
import { todayScreen } from './ui/today_screen.js';
import { unfitScreen } from './ui/unfit_screen.js';
import { unlockScreen } from './ui/unlock_screen.js';
import { urgentScreen } from './ui/urgent_screen.js';
import { villageScreen } from './ui/village_screen.js';
import { visitScreen } from './ui/visit_screen.js';

/** @import { Device } from './store/devices.js' */
/** @import { Catalogue } from './model/texts.js' */
/** @import { App, Destination } from './ui/app.js' */

/** Each language is a file of its own. Both are kept with the app, so that changing needs no network. */
const TONGUES = { zh: () => import('./words_zh.js'), en: () => import('./words_en.js') };
/** What was loaded so far. @type {Catalogue} */
const CATALOGUE = {};
const SCREENS = {
  today: todayScreen, earlier: earlierScreen, begin: beginScreen, visit: visitScreen, household: householdScreen, village: villageScreen,
  camera: cameraScreen, datum: datumScreen, disclose: discloseScreen, seal: sealScreen, abandon: abandonScreen, sync: syncScreen,
  companion: companionScreen, cadre: cadreScreen, beside: besideScreen, doubt: doubtScreen, note: noteScreen,
  evidence: evidenceScreen, proposal: proposalScreen, urgent: urgentScreen, rescue: rescueScreen,
  join: joinScreen, unlock: unlockScreen, map: mapScreen, offer: offerScreen, readiness: readinessScreen, pin: pinScreen, display: displayScreen,
  help: helpScreen,
  enrol: enrolScreen, unfit: unfitScreen, secret: secretScreen, locked: lockedScreen,
};

const MINUTE_MS = 60000;
/** Where one does not come back to: these open by themselves. */
const PASSING = ['enrol', 'unfit', 'secret', 'locked'];

const unfit = unfitReason(surroundings());
/** An upgrade waits for another window. */
const blocked = new Promise((resolve) => { onBlocked(() => resolve(true)); });
/** Asked for while the words are still being loaded; nothing is opened in a browser that will not do. */
const ahead = unfit ? null : Promise.all([readSetting('language'), isLocked(), currentDevice()]);
// What went wrong is told by whoever waits for it.
ahead?.catch(() => {});
const stage = new Stage(/** @type {HTMLElement} */ (document.getElementById('app')), SCREENS);
const ports = { crypto: webCrypto(), clock: sessionClock(), exclusive };
const app = await makeApp();
const sync = new SyncKeeper(runRound, () => app.shown.counts.waiting > 0);
const keeper = new LockKeeper(app, stage);

/**
 * Loads what is said in a language, once.
 * @param {string} language
 */
async function learn(language) {
  CATALOGUE[language] ??= (await TONGUES[language === 'en' ? 'en' : 'zh']()).WORDS;
}

/** @returns {Promise<App>} */
async function makeApp() {
  const language = chooseLanguage(storedLanguage(), preferredLanguages());
  await learn(language);
  /** @type {App['save']} */
  const saveAndSend = async (visit, change, place) => {
    const saved = await save(ports, visit, change, place);
    if (saved.state !== 'open') closeCamera();
    const [now, device] = await Promise.all([counts(), currentDevice()]);
    app.shown.counts = now;
    if (device) mark(device);
    void sayWhetherOpen();
    sync.soon();
    return saved;
  };
  return {
    t: makeText(CATALOGUE, language), language, version: APP_VERSION, photoWorker: PHOTO_WORKER, ports,
    server: { transport: browserTransport(() => app.language), origin: origin() },
    position: new PositionKeeper(ports, saveAndSend, (recorded) => void (recorded ? app.reload() : app.redraw())),
    shown: {
      counts: { saved: 0, waiting: 0, arrived: 0 }, syncing: false, lastSync: null, lastSuccess: null, fault: null, said: null,
      busy: false, update: null, resumed: false, name: '',
    },
    go, speak, say,
    back: () => go(stage.parent().screen, stage.parent().params, { history: 'replace' }),
    settle: (params, found) => stage.settle(params, found),
    reload: () => stage.reload(),
    redraw: () => stage.draw(),
    act: (work) => stage.act(work),
    save: saveAndSend,
    // Most starts never look at it, and it is a third of the scripts.
    fieldMap: () => import('./map/field_map.js'),
    sync: () => sync.now(),
    hide: () => keeper.hide(),
    covered: () => keeper.shutting,
    uncover: enter,
  };
}

/** @type {App['go']} */
async function go(screen, params = {}, { history = 'push' } = {}) {
  Object.assign(app.shown, { resumed: false, fault: null });
  // What was said on the way here is read here; the next step clears it.
  if (app.shown.said?.read) app.shown.said = null;
  else if (app.shown.said) app.shown.said.read = true;
  await stage.open(app, screen, params, { history });
}

/** @type {App['say']} */
function say(key, values, picture) {
  if (app.shown.said?.picture) URL.revokeObjectURL(app.shown.said.picture);
  app.shown.said = { key, values, picture, read: false };
  tremble('saved');
}

/** @param {string} language */
async function speak(language) {
  try {
    await learn(language);
  } catch {
    // Before the app is kept, the other language is still at the server.
    app.shown.fault = { code: 'unreachable', values: {} };
    return app.redraw();
  }
  storeLanguage(language);
  Object.assign(app, { language, t: makeText(CATALOGUE, language) });
  document.documentElement.lang = app.t('html_lang');
  document.title = app.t('phone_name');
  app.redraw();
  // A full phone, which can write nothing, starts in its language all the same.
  if ((await readSetting('language')) !== language) await writeSetting('language', language);
}

async function runRound() {
  const outcome = await (app.shown.counts.waiting ? keptAwake(oneRound) : oneRound());
  showSyncing(false);
  await refresh();
  // An order of the office takes everything off the screen in the same moment.
  await lookAtLock();
  // What a round brings (a pack, arrived visits) belongs on these two; elsewhere people are at work.
  if (['today', 'sync', 'readiness', 'secret'].includes(stage.here.screen)) await app.reload();
  return outcome;
}

/** Another tab may have wiped this phone and locked it anew: then what stands here is nobody's. */
async function lookAtLock() {
  const [locked, wiped] = await Promise.all([isLocked(), wipedState()]);
  // Only now: it may have been covered meanwhile, and a cover stays what it is.
  if (stage.isCovered || ['', ...PASSING].includes(stage.here.screen)) return;
  if (locked) stage.cover(app, 'ask');
  else if (wiped) await enter();
}

function oneRound() {
  return syncRound({
    ports, server: app.server, unlessBusy, app: app.version, storage: storageReport,
    onProgress: () => void refresh(),
    onStart: () => showSyncing(true),
  });
}

/** @param {boolean} syncing */
function showSyncing(syncing) {
  app.shown.syncing = syncing;
  app.redraw();
}

async function sayWhetherOpen() {
  await visitUnderWay(await anyVisitOpen());
}

/** What stands in the head of every screen, read anew. */
async function refresh() {
  await readHead();
  app.redraw();
}

async function readHead() {
  const [now, lastSync, lastSuccess, device] = await Promise.all(
    [counts(), readSetting('last_sync'), readSetting('last_success'), currentDevice()]);
  Object.assign(app.shown, {
    counts: now, lastSync: lastSync ?? null, lastSuccess: lastSuccess ?? null, name: device?.inspector.name ?? '',
  });
  if (device) mark(device);
}

/**
 * Leaves the mark by which an emptied database is noticed.
 * @param {Device} device
 */
function mark({ device, head }) {
  const { saved, waiting } = app.shown.counts;
  writeMarker({ device, seq: head.seq, saved, waiting, at: ports.clock.now() });
}

/** Where to begin: not at all in an unfit browser, at enrolment without a device, else where the app stood. */
async function start() {
  if (unfit || ahead === null) return openUnfit(unfit ?? '');
  const [language, shut, device] = await ahead;
  if (language && language !== app.language) await speak(language);
  if (!shut || !device) return enter();
  stage.cover(app, 'ask');
  await refresh();
  return sync.now();
}

/**
 * Goes on where the app stood, once nothing is locked.
 * @param {{later?: boolean}} [how] `later`: the PIN that is missing is set another time
 */
async function enter({ later = false } = {}) {
  stage.isCovered = false;
  const link = tokenOfLink(addressHash());
  const stood = readHere();
  // Where nobody goes on from there, nobody asks what it was.
  stood.catch(() => {});
  const [device, wiped, lacking, locked, persisted] = await Promise.all([currentDevice(), wipedState(), lacksLock(), isLocked(), isPersisted(), readHead()]);
  if (!device || link) return stage.openUnkept(app, 'enrol', { link, known: !!device });
  if (wiped || (!later && lacking)) return stage.openUnkept(app, 'secret', {});
  // Another tab has set a new PIN meanwhile.
  if (locked) return stage.cover(app, 'ask');
  // Asked again at every start: browsers change their minds once an app is installed or used (pitfall 2).
  if (!persisted) void askToPersist();
  const code = joinOfLink(addressHash());
  const here = code ? { screen: 'join', params: { code } } : await stood;
  const known = here && here.screen in SCREENS && !PASSING.includes(here.screen);
  app.shown.resumed = known && here.screen === 'camera';
  if (known && !window.history.state && parentOf(here)) layHistory(here);
  await stage.open(app, known ? here.screen : 'today', known ? here.params : {}, { history: 'replace' });
  void sync.now();
}

/** The rehearsal (演示) has none: what lies there is nobody's. */
async function lacksLock() {
  const [lock, rehearsal] = await Promise.all([readLock(), readSetting('rehearsal')]);
  return !lock && !rehearsal;
}

/**
 * The invitation of the link stays as it was; its code is shown to be typed into a browser that does.
 * @param {string} reason
 */
function openUnfit(reason) {
  const named = appName(surroundings().userAgent);
  return stage.openUnkept(app, 'unfit', { reason, app: named, code: codeOfLink(addressHash()), address: wholeAddress(), short: shortAddress() });
}

/**
 * A new start has no steps to go back by; without them the browser's "back" would leave the app.
 * @param {Destination} here
 */
function layHistory(here) {
  const way = [here];
  for (let up = parentOf(here); up; up = parentOf(up)) way.unshift(up);
  window.history.replaceState(way[0], '');
  for (const step of way.slice(1)) window.history.pushState(step, '');
}

/** @param {Destination} of */
function parentOf({ screen, params }) {
  return SCREENS[/** @type {keyof typeof SCREENS} */ (screen)].parent(params ?? {});
}

window.addEventListener('popstate', ({ state }) => {
  if (!state || stage.isCovered) return;
  Object.assign(app.shown, { said: null, fault: null });
  void stage.open(app, state.screen, state.params, { history: 'none' });
});
// An invitation, or a team-mate's code, opened where the app is already open.
window.addEventListener('hashchange', () => (tokenOfLink(addressHash()) || joinOfLink(addressHash())) && location.reload());
// What cannot be written is told wherever it shows, a letter typed into a draft included.
window.addEventListener('unhandledrejection', (event) => {
  const { reason } = event;
  if (!tellable(reason)) return;
  event.preventDefault();
  app.shown.fault = { code: reason.code, values: reason.values };
  app.redraw();
});
// The minutes that are still missing pass by themselves.
const minutePassed = () => void (isVisible() && ['today', 'visit', 'seal'].includes(stage.here.screen) && app.reload());
setInterval(minutePassed, MINUTE_MS);
onVisibility((visible) => void (visible && lookAtLock().then(minutePassed)));
document.documentElement.lang = app.t('html_lang');
wearTheme();
sync.begin();
keeper.begin();
// It goes on by itself: what is opened afterwards takes the place of these words.
void blocked.then(() => openUnfit('store_blocked'));
// Without a database there is nothing to record into: a private window, or storage that is switched off.
await start().catch((fault) => openUnfit(['store_newer', 'storage_full'].includes(fault?.code) ? fault.code : 'no_storage'));
if (!unfit) {
  await install((takeOver) => {
    app.shown.update = takeOver;
    app.redraw();
  }).catch(() => {
    // Without its worker the app needs the network to start; what is saved is as safe as before.
  });
  await sayWhetherOpen();
}
