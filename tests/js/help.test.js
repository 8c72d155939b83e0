/** Help answers the twelve questions in both languages, and what it names stands on the screens. */

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';

import { picturePath, QUESTIONS, questionOf } from '../../static/js/model/help.js';

const PARTS = ['common', 'phone', 'look', 'problem'];

/** @param {string} language @param {string} part */
function texts(language, part) {
  return JSON.parse(readFileSync(new URL(`../../static/texts/${language}/${part}.json`, import.meta.url), 'utf8'));
}

for (const language of ['zh', 'en']) {
  test(`each of the twelve questions has its answer (${language})`, () => {
    assert.equal(QUESTIONS.length, 12);
    const help = texts(language, 'help');
    for (const one of QUESTIONS) assert.ok(help[`help.${one}`] && help[`help.${one}_answer`].split('\n').length >= 2, one);
  });

  test(`every button and word that an answer quotes stands on a screen (${language})`, () => {
    const spoken = PARTS.flatMap((part) => Object.values(texts(language, part)));
    const quoted = Object.values(texts(language, 'help')).flatMap((answer) => [...answer.matchAll(/“([^”]+)”/g)].map(([, words]) => words));
    assert.deepEqual(quoted.filter((words) => !spoken.some((sentence) => sentence.includes(words))), []);
  });
}

test('help opens at the question of the screen, and at none where the screen raises none', () => {
  assert.equal(questionOf('cadre'), 'cadre');
  assert.equal(questionOf('sync'), 'offline');
  assert.equal(questionOf('display'), null);
});

test('every answer has its picture in both languages, and all of them together are small', () => {
  const paths = QUESTIONS.flatMap((one) => ['zh', 'en'].map((language) => picturePath(one, language)));
  const bytes = paths.map((path) => statSync(new URL(`../..${path}`, import.meta.url)).size);
  assert.ok(bytes.reduce((sum, one) => sum + one, 0) <= 150_000, String(bytes));
});
