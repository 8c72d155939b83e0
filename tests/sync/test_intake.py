"""Intake under a bad network: whatever is lost, doubled or reordered, the log ends as if nothing had been."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldcheck import jose
from fieldcheck.keys import Keys
from sync.chain import Chain, ChainBroken, Head, follow
from sync.fork import adopt, branch_name
from sync.intake import take
from sync.message import LINE_MAX_BYTES, LineTooLong, line_hash, parse_line
from sync.private import private_record, record_hash, references
from sync.reference import first_doubt
from sync.segment import LINES_MAX, SegmentMalformed, close_segment, parse_segment
from tests.sync.logs import LOGS, Memory

AT = "2026-11-23T02:00:00.000Z"
SIGNING = jose.new_key("sig")
SERVER = Keys(jose.new_key("sig"), jose.new_key("enc"), b"p" * 32, b"s" * 32, b"d" * 32)


def sealed_chain(sizes, device="d1", start=Head()):
    """Segments of the given numbers of lines, as (jwe, head after)."""
    chain, made = Chain(device, start), []
    for size in sizes:
        before = chain.head
        lines = [chain.write("fix.taken", {"n": n}, at=AT, session="s", mono=n, visit="v") for n in range(size)]
        payload = close_segment(device, before, lines, [], lambda c, t: jose.sign(c, SIGNING, t))
        made.append((jose.encrypt(payload, jose.public_jwk(SERVER.encryption)), chain.head))
    return made


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=5), data=st.data())
@pytest.mark.parametrize("log_type", LOGS)
def test_any_order_and_any_repetition_ends_in_the_same_log(log_type, sizes, data):
    made = sealed_chain(sizes)
    with tempfile.TemporaryDirectory() as folder:
        log = log_type(Path(folder))
        log.enrol("d1", jose.public_jwk(SIGNING))
        noise = data.draw(st.lists(st.integers(0, len(made) - 1), max_size=12))
        for index in [*noise, *range(len(made))]:
            before = log.log.head("d1")
            with log.transaction():
                answer = take(log.log, SERVER, log.log.device("d1"), made[index][0], AT)
            if made[index][1].seq <= before.seq:
                assert answer.status == "duplicate"
                assert answer.receipt == log.log.receipt_covering("d1", made[index][1].seq)
            elif before == (made[index - 1][1] if index else Head()):
                assert (answer.status, log.log.head("d1")) == ("accepted", made[index][1])
            else:
                assert (answer.status, log.log.head("d1")) == ("gap", before)
        assert log.log.head("d1") == made[-1][1]
        assert list(log.log.hashes("d1", 1, sum(sizes)))[-1] == made[-1][1].hash
        assert log.log.next_index() == len(made) + 1


@pytest.mark.parametrize("log_type", LOGS)
def test_an_adopted_fork_becomes_a_branch_and_keeps_what_the_chain_shares(log_type, tmp_path):
    log = log_type(tmp_path)
    log.enrol("d1", jose.public_jwk(SIGNING))
    main = sealed_chain([2, 2])
    fork_head = Chain("d1", main[0][1])
    line = fork_head.write("visit.abandoned", {}, at=AT, session="s", mono=9, visit="v")
    payload = close_segment("d1", main[0][1], [line], [], lambda c, t: jose.sign(c, SIGNING, t))
    forked = jose.encrypt(payload, jose.public_jwk(SERVER.encryption))
    later = sealed_chain([1], start=fork_head.head)[0][0]
    with log.transaction():
        answers = [take(log.log, SERVER, log.log.device("d1"), jwe, AT).code for jwe in (main[0][0], main[1][0], forked, later)]
        first = adopt(log.log, SERVER, log.log.device("d1"), forked, AT)
        second = adopt(log.log, SERVER, log.log.device("d1"), later, AT)
    assert answers == ["ok", "ok", "chain_forked", "chain_forked"]
    assert first.chain == second.chain == branch_name("d1", line_hash(line))
    assert log.log.head("d1") == main[1][1]
    assert log.log.head(first.chain).seq == 4
    if log_type is Memory:
        assert first_doubt(log.log, SERVER, SERVER.signing_jwk) is None


@pytest.mark.parametrize("log_type", LOGS)
def test_a_fork_that_was_adopted_is_not_adopted_again_in_another_envelope(log_type, tmp_path):
    log = log_type(tmp_path)
    log.enrol("d1", jose.public_jwk(SIGNING))
    fork, other = Chain("d1"), Chain("d1")
    lines = [fork.write("visit.abandoned", {"n": n}, at=AT, session="s", mono=9, visit="v") for n in range(4)]
    heads = [Head(), *(Head(n, line_hash(line)) for n, line in enumerate(lines, 1))]

    def sealed(first, last):
        payload = close_segment("d1", heads[first], lines[first:last], [], lambda c, t: jose.sign(c, SIGNING, t))
        return jose.encrypt(payload, jose.public_jwk(SERVER.encryption))

    main = close_segment("d1", Head(), [other.write("fix.taken", {}, at=AT, session="s", mono=1)], [],
                         lambda c, t: jose.sign(c, SIGNING, t))
    with log.transaction():
        take(log.log, SERVER, log.log.device("d1"), jose.encrypt(main, jose.public_jwk(SERVER.encryption)), AT)
        for first, last in ((0, 2), (2, 3)):
            adopt(log.log, SERVER, log.log.device("d1"), sealed(first, last), AT)
        for first, last in ((0, 2), (2, 3), (0, 3), (1, 2)):
            with pytest.raises(ValueError, match="already"):
                adopt(log.log, SERVER, log.log.device("d1"), sealed(first, last), AT)
        more = adopt(log.log, SERVER, log.log.device("d1"), sealed(1, 4), AT)
    assert (more.chain, more.first, more.lines) == (branch_name("d1", line_hash(lines[0])), 4, (lines[3],))
    assert log.log.head(more.chain) == heads[4]


def test_the_reference_names_a_changed_line():
    log = Memory(None)
    log.enrol("d1", jose.public_jwk(SIGNING))
    for jwe, _ in sealed_chain([2, 1]):
        take(log.log, SERVER, log.log.device("d1"), jwe, AT)
    entry = log.log.entries[1]
    changed = entry.lines[0].replace('"mono":0', '"mono":1')
    log.log.entries[1] = type(entry)(**{**vars(entry), "lines": (changed,)})
    assert first_doubt(log.log, SERVER, SERVER.signing_jwk).startswith("entry 2")


def test_a_line_over_the_limit_is_refused_before_it_enters_the_chain():
    chain = Chain("d1")
    with pytest.raises(LineTooLong):
        chain.write("note", {"text": "字" * LINE_MAX_BYTES}, at=AT, session="s", mono=0)
    assert chain.head == Head()


def test_a_segment_over_its_limits_is_refused_before_it_is_signed():
    chain = Chain("d1")
    lines = [chain.write("fix.taken", {}, at=AT, session="s", mono=0) for _ in range(LINES_MAX + 1)]
    with pytest.raises(SegmentMalformed):
        close_segment("d1", Head(), lines, [], lambda c, t: "")
    with pytest.raises(SegmentMalformed):
        close_segment("d1", Head(), lines[:1], ["字" * 100_000], lambda c, t: "")


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    max_leaves=8).map(lambda value: json.dumps(value).encode()))
def test_no_payload_does_more_than_be_refused(payload):
    with pytest.raises(SegmentMalformed):
        parse_segment(payload)


@given(st.text())
def test_no_line_does_more_than_not_chain(line):
    with pytest.raises(ChainBroken):
        follow([line], "d1", Head())


def test_a_line_must_be_json_that_a_browser_could_have_written():
    assert parse_line('{"a":NaN}') is None
    assert parse_line("[" * 100_000) is None
    assert parse_line('{"a":1}') == {"a": 1}


def test_private_references_are_found_at_any_depth():
    record = private_record("reason", "演示", b"0" * 16)
    body = {"answers": [{"code": "V01", "reason_private": record_hash(record)}], "fact_private": "b" * 64, "note": "c"}
    assert references(body) == [record_hash(record), "b" * 64]
    with pytest.raises(ValueError):
        private_record("reason", "演示", b"short")
