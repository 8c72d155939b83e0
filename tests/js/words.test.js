/** Words, languages, addresses: what people read and type. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { appName, codeOfLink, inAppView, tidyCode, tokenOfLink, unfitReason } from '../../static/js/model/surroundings.js';
import { chooseLanguage, gapAfter, inARow, LANGUAGES, makeText, reasonIn } from '../../static/js/model/texts.js';

const part = (language, name) => JSON.parse(readFileSync(new URL(`../../static/texts/${language}/${name}.json`, import.meta.url), 'utf8'));
const CATALOGUE = Object.fromEntries(LANGUAGES.map((language) => [language, part(language, 'phone')]));

test('numbers choose the grammar in English and none in Chinese', () => {
  const catalogue = { en: { a_one: '{n} photo', a_other: '{n} photos' }, zh: { a_other: '{n} 张' } };
  assert.deepEqual([1, 2].map((n) => makeText(catalogue, 'en')('a', { n })), ['1 photo', '2 photos']);
  assert.deepEqual([1, 2].map((n) => makeText(catalogue, 'zh')('a', { n })), ['1 张', '2 张']);
});

test('a missing key or value never breaks a screen', () => {
  const t = makeText({ zh: { a: '{x}！' } }, 'fr');
  assert.equal(t('a'), '…！');
  assert.equal(t('nothing.there'), 'nothing.there');
});

test('sentences in a row have a space between them, but not after Chinese punctuation', () => {
  assert.equal(inARow(['记为问题。', '归驻村帮扶专班。', '第九条']), '记为问题。归驻村帮扶专班。第九条');
  assert.equal(inARow(['It is a finding.', 'Topic group: one.']), 'It is a finding. Topic group: one.');
  assert.deepEqual(['抽到的村：', 'Drawn village:', '口粮够吗'].map(gapAfter), ['', ' ', ' ']);
});

test('a refusal says what to do next, where that is known', () => {
  const catalogue = { zh: { 'a.detail': '没有。', 'a.next': '再试。', 'b.detail': '没了。' }, en: { 'a.detail': 'None.', 'a.next': 'Try again.' } };
  assert.equal(reasonIn(makeText(catalogue, 'zh'), 'a'), '没有。再试。');
  assert.equal(reasonIn(makeText(catalogue, 'en'), 'a'), 'None. Try again.');
  assert.equal(reasonIn(makeText(catalogue, 'zh'), 'b'), '没了。');
});

test('the stored language comes first, then the browser’s, then Chinese', () => {
  assert.equal(chooseLanguage('en', ['zh-CN']), 'en');
  assert.equal(chooseLanguage(null, ['fr', 'en-GB', 'zh']), 'en');
  assert.equal(chooseLanguage('xx', ['fr']), 'zh');
});

test('every fault and every lack that code can name has its sentence in both languages', () => {
  const files = ['store/record.js', 'device/photo_maker.js', 'ui/photo_taking.js', 'sync/transport.js', 'sync/round.js', 'model/message.js', 'model/segment.js'];
  const codes = files.flatMap((file) => [...readFileSync(new URL(`../../static/js/${file}`, import.meta.url), 'utf8')
    .matchAll(/new Fault\('(\w+)'/g)].map(([, code]) => code));
  assert.ok(codes.length >= 8);
  const lacks = [...readFileSync(new URL('../../static/js/model/missing.js', import.meta.url), 'utf8').matchAll(/key: '(\w+)'/g)];
  const keys = [...codes.map((code) => `fault.${code}`), ...lacks.map(([, key]) => `missing.${key}`)];
  for (const language of LANGUAGES) {
    const t = makeText(CATALOGUE, language);
    assert.deepEqual(keys.filter((key) => t(key, { n: 2 }) === key), [], language);
  }
});

test('opening a link yields its token, and nothing else in the address does', () => {
  assert.equal(tokenOfLink('#enrol=jvbx_wxN-aIU'), 'jvbx_wxN-aIU');
  assert.equal(tokenOfLink(''), null);
  assert.equal(tokenOfLink('#enrol='), null);
  assert.equal(tokenOfLink('#enrol=<script>'), null);
});

test('a typed code is the same however it is spaced, cased or full-width', () => {
  for (const typed of ['MVYSLMU4', 'mvys lmu4', 'MVYS-LMU4', 'ＭＶＹＳＬＭＵ４', ' mvys–lmu4 ']) assert.equal(tidyCode(typed), 'MVYSLMU4');
  assert.equal(tidyCode('MVYS'), null);
});

test('in-app views, plain http and old browsers are named as what they are', () => {
  const wechat = 'Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/86 Mobile Safari/537.36 MMWEBID/1 MicroMessenger/8.0';
  const chrome = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36';
  assert.equal(inAppView(wechat), 'wechat');
  assert.equal(unfitReason({ userAgent: wechat, secure: true, able: true }), 'in_app');
  assert.equal(unfitReason({ userAgent: chrome, secure: false, able: false }), 'insecure');
  assert.equal(unfitReason({ userAgent: chrome, secure: true, able: false }), 'too_old');
  assert.equal(unfitReason({ userAgent: chrome, secure: true, able: true }), null);
});

test('a browser that does not do is called by its name, and its page knows the code of the link that was opened there', () => {
  assert.equal(appName('Mozilla/5.0 (Linux; Android 12; wv) Chrome/107.0 MMWEBID/1 MicroMessenger/8.0'), 'wechat');
  assert.equal(appName('Mozilla/5.0 (Linux; U; Android 11) UCBrowser/15.5 Mobile'), 'uc');
  assert.equal(appName('Mozilla/5.0 (Linux; Android 12) Chrome/107.0 Mobile Safari/537.36'), null);
  assert.equal(codeOfLink('#enrol=jvbx_wxN-aIUjvbx_wxN-aIU.K7M4PX2Q'), 'K7M4PX2Q');
  assert.equal(codeOfLink('#enrol=jvbx_wxN-aIUjvbx_wxN-aIU'), null);
  assert.equal(codeOfLink(''), null);
});
