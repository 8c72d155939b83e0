/** The golden transcripts (tests/golden/README.md), replayed by the phone's own modules. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { webCrypto } from '../../static/js/device/crypto.js';
import { writeLines } from '../../static/js/model/chain.js';
import { GENESIS } from '../../static/js/model/message.js';
import { afterAnswer, closesChain, receiptCovers, toSend } from '../../static/js/model/outbox.js';
import { privateRecord } from '../../static/js/model/private_record.js';
import { segmentClaims, segmentPayload } from '../../static/js/model/segment.js';
import { FakeServer, goldenSigner, openJwe, serverKey } from './server_side.js';

const crypto = webCrypto();
const folder = new URL('../golden/', import.meta.url);
const transcripts = readdirSync(folder).filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));

assert.ok(transcripts.length >= 8, 'the golden transcripts are there');

for (const golden of transcripts) {
  test(`${golden.name}: the inputs make exactly the recorded lines`, async () => {
    let head = { seq: 0, hash: GENESIS };
    const lines = [];
    for (const { kind, visit, body, at, session, mono, nonce } of golden.inputs) {
      const written = await writeLines(golden.device, head, [{ kind, visit, body }], { at, session, mono, nonce }, crypto.sha256);
      lines.push(...written.lines);
      head = written.head;
      assert.equal(head.hash, golden.hashes[head.seq - 1]);
    }
    assert.deepEqual(lines, golden.lines);
  });

  test(`${golden.name}: the private records make exactly the recorded strings and names`, async () => {
    const made = golden.inputs.flatMap((input) => input.private)
      .map(({ of, value, salt }) => privateRecord(of, value, Buffer.from(salt, 'hex')));
    assert.deepEqual(made, golden.private);
    assert.deepEqual(await Promise.all(made.map(crypto.sha256)), golden.private_hashes);
  });

  test(`${golden.name}: every own segment opens to its lines, and what the phone signs says the same`, async () => {
    const { privateKey } = await serverKey('enc', golden.keys.server_encryption);
    for (const segment of Object.values(golden.segments).filter((one) => one.own)) {
      const opened = JSON.parse(await openJwe(segment.jwe, privateKey));
      assert.deepEqual([opened.lines, opened.private], [segment.lines, segment.private]);
      const claims = await crypto.verify(opened.signature, golden.keys.device_signing, 'fc-segment');
      const start = { seq: segment.from - 1, hash: segment.prev };
      assert.deepEqual(segmentClaims(golden.device, start, { seq: segment.to, hash: segment.head }), claims);
    }
  });

  test(`${golden.name}: the phone reacts to each answer as recorded`, () => {
    replayOutbox(golden);
  });

  test(`${golden.name}: receipts verify with the pinned key alone and cover their segment`, async () => {
    for (const [name, receipt] of Object.entries(golden.receipts)) {
      const claims = await crypto.verify(receipt, golden.keys.server_signing, 'fc-receipt');
      assert.ok(receiptCovers(claims, golden.device, golden.segments[name]));
      assert.equal(await crypto.verify(receipt, golden.keys.stranger_signing, 'fc-receipt'), null);
      assert.equal(await crypto.verify(receipt, golden.keys.server_signing, 'fc-order'), null);
    }
  });
}

test('a segment sealed here opens with the server key, whatever it holds', async () => {
  const server = await FakeServer.start();
  const [golden] = transcripts;
  const key = await goldenSigner(golden.keys.device_signing);
  const { lines, private: records, from, to, prev, head } = golden.segments.household ?? Object.values(golden.segments)[0];
  const claims = segmentClaims(golden.device, { seq: from - 1, hash: prev }, { seq: to, hash: head });
  const payload = segmentPayload(lines, records, await crypto.sign(claims, 'fc-segment', key));
  const jwe = await crypto.encrypt(payload, server.enc.jwk);
  assert.equal(await openJwe(jwe, server.enc.privateKey), payload);
  assert.deepEqual(JSON.parse(Buffer.from(jwe.split('.')[0], 'base64url')).zip, 'DEF');
});

/** Sends by `send` steps; receipts are stood for by their segment's name, since a replay never compares their bytes. */
function replayOutbox(golden) {
  const own = Object.entries(golden.segments).filter(([, segment]) => segment.own);
  let kept = own.map(([name, { from, to, head }]) => ({ name, from, to, head, receipt: null, stuck: null }));
  let closed = false;
  for (const step of golden.steps) {
    for (const [at, answer] of (step.answers ?? []).entries()) {
      const name = step.segments[at];
      if (!golden.segments[name].own) continue;
      kept = kept.map((one) => (one.name === name ? afterAnswer(one, { ...answer, receipt: name }) : one));
      closed ||= closesChain(answer);
    }
    if (!step.outbox) continue;
    assert.deepEqual({
      to_send: toSend(kept, step.head).map((one) => one.name),
      receipted: kept.filter((one) => one.receipt).map((one) => one.name),
      stuck: Object.fromEntries(kept.filter((one) => one.stuck).map((one) => [one.name, one.stuck])),
      closed,
    }, step.outbox);
  }
}
