"""The golden transcripts, replayed against the reference and against SQLite. Format: ``tests/golden/README.md``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldcheck import jose
from fieldcheck.keys import Keys
from sync.chain import Chain, Head
from sync.intake import take
from sync.message import line_hash
from sync.outbox import Kept, Outbox
from sync.ports import Forged
from sync.private import private_record, record_hash
from tests.sync.logs import LOGS

GOLDEN = sorted((Path(__file__).parent.parent / "golden").glob("*.json"))
AT = "2026-11-23T02:00:00.000Z"


@pytest.fixture(params=GOLDEN, ids=lambda path: path.stem)
def golden(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


def server_keys(golden):
    keys = {name: jose.private_key(jwk) for name, jwk in golden["keys"].items()}
    return Keys(keys["server_signing"], keys["server_encryption"], b"p" * 32, b"s" * 32, b"d" * 32)


def test_the_inputs_make_exactly_the_recorded_lines(golden):
    chain = Chain(golden["device"])
    lines = [chain.write(**{k: v for k, v in given.items() if k != "private"}) for given in golden["inputs"]]
    assert lines == golden["lines"]
    assert [line_hash(line) for line in lines] == golden["hashes"]


def test_the_private_records_make_exactly_the_recorded_strings(golden):
    made = [private_record(p["of"], p["value"], bytes.fromhex(p["salt"]))
            for given in golden["inputs"] for p in given["private"]]
    assert made == golden["private"]
    assert [record_hash(record) for record in made] == golden["private_hashes"]


@pytest.mark.parametrize("log_type", LOGS)
def test_every_log_answers_as_recorded_and_the_phone_reacts_as_recorded(golden, log_type, tmp_path):
    crypto, log = server_keys(golden), log_type(tmp_path)
    log.enrol(golden["device"], jose.public_jwk(jose.private_key(golden["keys"]["device_signing"])))
    own = {n: s for n, s in golden["segments"].items() if s["own"]}
    box = Outbox(tuple(Kept(s["from"], s["to"], s["head"], s["jwe"]) for s in own.values()))
    for step in golden["steps"]:
        if step["do"] == "restore":
            log.restore(step["entries"])
        elif step["do"] == "revoke":
            log.revoke(golden["device"])
            continue
        else:
            box = box_after_send(golden, crypto, log, box, step)
        assert box.to_send(Head(**step["head"])) == [
            kept_of(box, own[name]["jwe"]) for name in step["outbox"]["to_send"]]
        assert log.log.head(golden["device"]) == Head(**step["head"])
        assert_outbox(box, own, step["outbox"])


def box_after_send(golden, crypto, log, box, step):
    answers = []
    for name, expected in zip(step["segments"], step["answers"], strict=True):
        segment = golden["segments"][name]
        with log.transaction():
            answer = take(log.log, crypto, log.log.device(golden["device"]), segment["jwe"], AT)
        heard = {"status": answer.status, "code": answer.code, "next": answer.next, "from": answer.first, "to": answer.last}
        assert heard == expected, name
        if answer.receipt:
            claims = crypto.verify(answer.receipt, crypto.signing_jwk, "fc-receipt")
            assert (claims["head"], claims["to"]) == (segment["head"], segment["to"])
            heard["receipt"] = answer.receipt
        answers.append((segment, heard))
    sent = [(kept_of(box, s["jwe"]), a) for s, a in answers if s["own"]]
    box = box.heard([kept for kept, _ in sent], [a for _, a in sent])
    assert_outbox(box, {n: s for n, s in golden["segments"].items() if s["own"]}, step["outbox"])
    return box


def kept_of(box, jwe):
    return next(kept for kept in box.kept if kept.jwe == jwe)


def assert_outbox(box, own, expected):
    name_of = {segment["jwe"]: name for name, segment in own.items()}
    assert [name_of[k.jwe] for k in box.kept if k.receipt] == expected["receipted"]
    assert {name_of[k.jwe]: k.stuck for k in box.kept if k.stuck} == expected["stuck"]
    assert box.closed == expected["closed"]


def test_recorded_receipts_verify_with_the_pinned_key_and_no_other(golden):
    crypto = server_keys(golden)
    stranger = jose.public_jwk(jose.private_key(golden["keys"]["stranger_signing"]))
    for name, receipt in golden["receipts"].items():
        assert crypto.verify(receipt, crypto.signing_jwk, "fc-receipt")["head"] == golden["segments"][name]["head"]
        with pytest.raises(Forged, match="InvalidSignature"):
            crypto.verify(receipt, stranger, "fc-receipt")
