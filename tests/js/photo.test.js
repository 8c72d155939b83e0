/** The sealed form of photos and what may pass as one. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openPhoto, sealPhoto } from '../../static/js/device/photo_seal.js';
import { heicSize, pictureType } from '../../static/js/model/picture_type.js';
import { kindNeeds, slotNeed } from '../../static/js/model/photo_needs.js';
import { fitted, hasRoom, likelyKind } from '../../static/js/model/photo.js';

test('a sealed photo opens to the same bytes with its key alone, and a changed byte is noticed', async () => {
  const jpeg = crypto.getRandomValues(new Uint8Array(5000)).buffer;
  const { key, sealed } = await sealPhoto(jpeg);
  assert.deepEqual(new Uint8Array(await openPhoto(key, sealed)), new Uint8Array(jpeg));
  for (const at of [0, 5, 20, sealed.byteLength - 1]) {
    const changed = new Uint8Array(sealed.slice(0));
    changed[at] ^= 1;
    await assert.rejects(openPhoto(key, changed.buffer));
  }
  const other = await sealPhoto(jpeg);
  await assert.rejects(openPhoto(other.key, sealed));
});

test('pictures fit 1600 pixels and are never enlarged', () => {
  assert.deepEqual(fitted(4000, 3000), { width: 1600, height: 1200 });
  assert.deepEqual(fitted(3000, 4000), { width: 1200, height: 1600 });
  assert.deepEqual(fitted(640, 480), { width: 640, height: 480 });
  assert.deepEqual(fitted(16000, 1), { width: 1600, height: 1 });
  assert.deepEqual(fitted(1200, 1600, 400), { width: 300, height: 400 });
});

test('the shutter closes while space is short, and never for want of an estimate', () => {
  assert.equal(hasRoom({ usage: 95e6, quota: 100e6 }), false);
  assert.equal(hasRoom({ usage: 5e6, quota: 100e6 }), true);
  assert.equal(hasRoom({}), true);
});

test('the likely kind follows what the photo is for', () => {
  assert.equal(likelyKind({}), 'place');
  assert.equal(likelyKind({ household: 'h' }), 'house');
  assert.equal(likelyKind({ household: 'h', question: { photo_kind: 'water' } }), 'water');
  assert.equal(likelyKind({ question: {} }), 'other');
});

test('a file is what its first bytes say, whatever it is called', () => {
  const bytes = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  assert.equal(pictureType(bytes('\xff\xd8\xff\xe0 called .heic')), 'image/jpeg');
  assert.equal(pictureType(bytes('\x89PNG\r\n\x1a\n....')), 'image/png');
  assert.equal(pictureType(bytes('RIFF....WEBPVP8 ')), 'image/webp');
  assert.equal(pictureType(bytes('\0\0\0\x18ftypheic\0\0\0\0')), 'image/heic');
  assert.equal(pictureType(bytes('\0\0\0\x18ftypmp42\0\0\0\0')), null);
  for (const other of ['', 'GIF89a', '<svg xmlns="x">', '%PDF-1.7']) assert.equal(pictureType(bytes(other)), null, other);
});

test('a HEIC picture is as large as the largest part of it that says so', () => {
  const extents = (width, height) => [0, 0, 0, 20, ...'ispe'].map((one) => (typeof one === 'string' ? one.charCodeAt(0) : one))
    .concat([0, 0, 0, 0, width >> 24, (width >> 16) & 255, (width >> 8) & 255, width & 255, 0, 0, (height >> 8) & 255, height & 255]);
  assert.deepEqual(heicSize(Uint8Array.from([...extents(320, 240), ...extents(4032, 3024), ...extents(512, 512)])), { width: 4032, height: 3024 });
  assert.equal(heicSize(new Uint8Array(1000)), null);
  assert.equal(heicSize(Uint8Array.from(extents(640, 480).slice(0, 18))), null, 'cut in the middle');
});

const CHECKLIST = { questions: [
  { code: 'H1', photo: 'when_negative', photo_kind: 'water', negative_when: { op: 'eq', value: 'no' } },
  { code: 'V1', photo: 'required', photo_kind: 'notice' }, { code: 'V2', photo: 'optional', photo_kind: 'handbook' }] };
const household = (id, more = {}) => ({ household: id, outcome: 'complete', covert: true, watched: false, photo_refused: false, ...more });
const answered = (value) => ({ state: 'answered', value });

test('photos are counted against what place, households and answers ask for', () => {
  const visit = {
    households: [household('h1'), household('h2', { photo_refused: true }), household('h3', { outcome: 'refused' })],
    answers: { village: { V1: answered('yes'), V2: answered('yes') }, households: { h1: { H1: answered('no') }, h2: { H1: answered('yes') } } },
    photos: [{ kind: 'house', household: 'h1', question: null }, { kind: 'water', household: 'h1', question: 'H1' }, { kind: 'from a newer app' }],
  };
  const needs = kindNeeds(visit, CHECKLIST);
  assert.deepEqual(Object.fromEntries(Object.entries(needs).filter(([, need]) => need.taken || need.wanted)), {
    place: { taken: 0, wanted: 1 }, house: { taken: 1, wanted: 1 }, water: { taken: 1, wanted: 1 }, notice: { taken: 0, wanted: 1 } });
  assert.deepEqual(slotNeed(visit, { household: 'h1', question: 'H1' }), { taken: 1, wanted: 1 });
  assert.deepEqual(slotNeed(visit, { household: 'h2', question: null }), { taken: 0, wanted: 1 });
  assert.equal(slotNeed(visit, { household: null, question: null }), null);
});
