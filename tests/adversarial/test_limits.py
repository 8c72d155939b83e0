"""What one phone may cost: memory while it sends, room while nobody has settled what it sent."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime

from fieldcheck.actions import take_segments as taking
from fieldcheck.actions.revoke_device import revoke_device
from fieldcheck.store import log, quarantine
from sync.chain import Chain, Head
from tests.adversarial.test_hostile_phones import answers, bearer, line, post, segment
from tests.problem_shape import assert_problem

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def fat_segments(phone, count):
    """Segments of a chain, each a few hundred bytes that inflate to 200 kB."""
    head, made = Head(), []
    for _ in range(count):
        chain = Chain(phone.device, head)
        lines = [line(chain, body={"pad": "0" * 50_000}) for _ in range(4)]
        made.append(segment(phone, lines, head))
        head = chain.head
    return made


def test_what_inflates_beyond_the_bound_is_a_gap_and_arrives_with_the_next_request(world, phone, monkeypatch):
    monkeypatch.setattr(taking, "INFLATED_MAX_BYTES", 500_000)
    sent = fat_segments(phone, 8)
    assert sum(map(len, sent)) < 60_000
    heard = answers(post(world, "\n".join(sent), bearer(phone)))
    assert [status for status, _ in heard] == ["accepted"] * 3 + ["gap"] * 5
    for _ in range(2):
        heard = answers(post(world, "\n".join(sent[log.head(world.db, phone.device).seq // 4:]), bearer(phone)))
    assert [status for status, _ in heard] == ["accepted"] * 2 and log.head(world.db, phone.device).seq == 32


def test_the_bound_holds_the_memory_of_a_request_that_would_inflate_to_much_more(world, phone, monkeypatch):
    sent = "\n".join(fat_segments(phone, 24))
    monkeypatch.setattr(taking, "INFLATED_MAX_BYTES", 500_000)
    tracemalloc.start()
    try:
        answers(post(world, sent, bearer(phone)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000, "24 segments hold 4.8 MB of lines alone"


def test_a_revoked_phone_cannot_fill_the_disk_and_what_it_holds_stays_its_own(world, phone, monkeypatch):
    revoke_device(world.db, world.keys, phone.device, "lost", "office", NOW)
    monkeypatch.setattr(quarantine, "UNSETTLED_MAX_BYTES", 1_000)
    sent = fat_segments(phone, 6)
    taken = 0
    for jwe in sent:
        answer = post(world, jwe, bearer(phone))
        if answer.status_code != 200:
            break
        taken += 1
    assert 0 < taken < len(sent)
    assert_problem(answer, "quarantine_full", 429)
    assert len(quarantine.open_forks(world.db)) == taken
    quarantine.settle(world.db, quarantine.open_forks(world.db)[0]["id"], "dismissed", "demo", "2026-11-23T03:00:00.000Z")
    assert quarantine.size(world.db, phone.device) < 10_000
