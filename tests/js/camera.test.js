/** One stream for a whole visit, before a camera that is a stand-in here: what it is on a phone only a phone can show. */

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { cameraStream, closeCamera, hasTorch, lightTorch, RESTS_MS, restCamera, showCamera } from '../../static/js/device/camera.js';

let opened = 0;
/** @type {any} */
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });

function track(capabilities = {}) {
  return Object.assign(new EventTarget(), {
    live: true, lit: false, stop() { this.live = false; }, getCapabilities: () => capabilities,
    async applyConstraints({ advanced: [{ torch }] }) { if (!capabilities.torch) throw new Error('no'); this.lit = torch; },
  });
}

function stream(tracks) {
  return { tracks, get active() { return tracks.some((one) => one.live); }, getTracks: () => tracks, getVideoTracks: () => tracks };
}

let capabilities = {};
Object.defineProperty(globalThis, 'document', { value: page, configurable: true });
Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { mediaDevices: {
  getUserMedia: async () => { opened += 1; return stream([track(capabilities)]); } } } });

function see(visibilityState) {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  page.visibilityState = 'visible';
  closeCamera();
  restCamera();
  [opened, capabilities] = [0, {}];
});

test('one picture after the other, and asking twice at once, take one stream', async () => {
  const [one, other] = await Promise.all([cameraStream(), cameraStream()]);
  restCamera();
  mock.timers.tick(RESTS_MS - 1);
  assert.equal(await cameraStream(), one);
  mock.timers.tick(10 * RESTS_MS);
  assert.equal(await cameraStream(), other, 'shown, it is not let go');
  assert.equal(opened, 1);
});

test('a camera that nobody looks through is let go after a while, and opens again when it is asked for', async () => {
  const first = await cameraStream();
  restCamera();
  mock.timers.tick(RESTS_MS);
  assert.equal(first.active, false);
  assert.equal((await cameraStream()).active, true);
  assert.equal(opened, 2);
});

test('the light goes out while the page is hidden, and whoever showed the stream is called when it can be seen', async () => {
  let again = 0;
  const first = await cameraStream();
  showCamera(() => { again += 1; });
  see('hidden');
  assert.deepEqual([first.active, again], [false, 0]);
  see('visible');
  assert.equal(again, 1);
  restCamera();
  see('hidden');
  see('visible');
  assert.equal(again, 1, 'a screen that was left is not called');
});

test('a stream that the system took is asked for anew at once, and one that was let go is not', async () => {
  let again = 0;
  const first = await cameraStream();
  showCamera(() => { again += 1; });
  first.getTracks()[0].live = false;
  first.getTracks()[0].dispatchEvent(new Event('ended'));
  assert.equal(again, 1);
  const second = await cameraStream();
  closeCamera();
  second.getTracks()[0].dispatchEvent(new Event('ended'));
  assert.equal(again, 1);
});

test('a torch is offered where the camera names one, and a refusal is said', async () => {
  await cameraStream();
  assert.deepEqual([hasTorch(), await lightTorch(true)], [false, false]);
  closeCamera();
  capabilities = { torch: true };
  const lit = await cameraStream();
  assert.deepEqual([hasTorch(), await lightTorch(true), lit.getTracks()[0].lit], [true, true, true]);
});
