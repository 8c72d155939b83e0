"""``sync.ports.Log`` by one contract: the reference in memory and SQLite answer every question alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.chain import Head
from sync.message import line_hash
from sync.ports import Entry
from sync.segment import Segment, VerifiedSegment
from tests.sync.logs import AT, LOGS, Memory, Sqlite

DEVICES = ("d1", "d2")
CHAINS = ("d1", "d1~0000000a", "d1~fffffff0", "d2", "d2~0000000a")


def entry(log: Any, chain: str, lines: int, signed_before: int = 0) -> Entry:
    """The next entry of a chain; ``signed_before`` lines of its segment were held already."""
    head, index = log.head(chain), log.next_index()
    texts = tuple(f'{{"device":"{chain[:2]}","seq":{head.seq + n},"in":"{chain}"}}' for n in range(1, lines + 1))
    hashes = tuple(map(line_hash, texts))
    return Entry(chain, chain[:2], head.seq + 1, head.seq + lines, head.seq + 1 - min(signed_before, head.seq), head.hash,
                 hashes[-1], texts, hashes, (), "signature", f"receipt {index}", index, AT)


def verified(device: str, number: int) -> VerifiedSegment:
    """A segment that is kept aside."""
    return VerifiedSegment(Segment(("{}",), (), ""), device, number + 1, number + 1, f"{number:064x}", f"{number + 1:064x}", ("h",))


def questions(log: Any) -> list[Any]:
    """Everything that can be asked, and its answers."""
    heads = {chain: log.head(chain) for chain in CHAINS}
    held = [(chain, seq, digest) for chain in CHAINS for seq, digest in enumerate(log.hashes(chain, 1, 99), 1)]
    return [
        heads, held, log.next_index(), [list(log.hashes(chain, 2, 4)) for chain in CHAINS],
        [log.receipt_covering(chain, seq) for chain in CHAINS for seq in range(0, heads[chain].seq + 2)],
        [log.chain_holding(device, seq, digest) for device in DEVICES for _, seq, digest in held],
        [log.chain_holding(device, seq + 1, digest) for device in DEVICES for _, seq, digest in held],
        [log.in_quarantine(device, f"{number:064x}") for device in DEVICES for number in range(5)],
        [log.device(device) for device in (*DEVICES, "nobody")],
    ]


STEPS = st.one_of(
    st.builds(lambda chain, lines, before: lambda log: log.log.append(entry(log.log, chain, lines, before)),
              st.sampled_from(CHAINS), st.integers(1, 3), st.integers(0, 2)),
    st.builds(lambda device, number, jwe: lambda log: log.log.quarantine(device, jwe, verified(device, number), "chain_forked", AT),
              st.sampled_from(DEVICES), st.integers(0, 3), st.sampled_from(("jwe 1", "jwe 2", "jwe 3"))),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, max_size=12))
def test_memory_and_sqlite_answer_alike_after_any_history(tmp_path_factory: pytest.TempPathFactory,
                                                          steps: list[Callable[[Any], None]]) -> None:
    logs = [Memory(None), Sqlite(tmp_path_factory.mktemp("log"))]
    for log in logs:
        log.enrol("d1", {"k": 1})
        log.enrol("d2", {"k": 2})
        for step in steps:
            with log.transaction():
                step(log)
    memory, sqlite = (questions(log.log) for log in logs)
    assert memory == sqlite
    logs[1].db.conn.close()


@pytest.mark.parametrize("log_type", LOGS)
def test_an_empty_log_knows_nothing(log_type: Any, tmp_path: Path) -> None:
    log = log_type(tmp_path).log
    assert (log.head("d1"), list(log.hashes("d1", 1, 9)), log.receipt_covering("d1", 1), log.next_index()) == (Head(), [], None, 1)
    assert (log.device("d1"), log.in_quarantine("d1", "0" * 64), log.chain_holding("d1", 0, "0" * 64)) == (None, False, None)


@pytest.mark.parametrize("log_type", LOGS)
def test_what_is_appended_is_found_under_its_numbers_and_nowhere_else(log_type: Any, tmp_path: Path) -> None:
    log = log_type(tmp_path)
    log.enrol("d1", {})
    with log.transaction():
        first = entry(log.log, "d1", 2)
        log.log.append(first)
        second = entry(log.log, "d1", 2, signed_before=1)
        log.log.append(second)
        log.log.append(entry(log.log, "d1~0000000a", 1))
    assert log.log.head("d1") == Head(4, second.head)
    assert list(log.log.hashes("d1", 2, 3)) == [first.hashes[1], second.hashes[0]]
    assert [log.log.receipt_covering("d1", seq) for seq in (1, 2, 3, 4, 5)] == [first.receipt] * 2 + [second.receipt] * 2 + [None]
    assert log.log.next_index() == 4
    assert log.log.chain_holding("d1", 3, second.hashes[0]) == "d1"
    assert log.log.chain_holding("d2", 3, second.hashes[0]) is None


@pytest.mark.parametrize("log_type", LOGS)
def test_a_revoked_device_is_known_as_revoked(log_type: Any, tmp_path: Path) -> None:
    log = log_type(tmp_path)
    log.enrol("d1", {"kty": "EC"})
    assert (log.log.device("d1").signing_key, log.log.device("d1").revoked) == ({"kty": "EC"}, False)
    log.revoke("d1")
    assert log.log.device("d1").revoked


@pytest.mark.parametrize("log_type", LOGS)
def test_what_is_kept_aside_is_kept_once(log_type: Any, tmp_path: Path) -> None:
    log = log_type(tmp_path)
    with log.transaction():
        for code in ("chain_forked", "device_revoked"):
            log.log.quarantine("d1", "the same bytes", verified("d1", 1), code, AT)
    assert log.log.in_quarantine("d1", f"{2:064x}") and not log.log.in_quarantine("d2", f"{2:064x}")
    if log_type is Sqlite:
        assert log.db.execute("SELECT count(*), min(code) FROM quarantine").fetchone() == (1, "chain_forked")
    else:
        assert [code for *_, code, _ in log.log.kept_aside.values()] == ["chain_forked"]
