"""How long somebody waits after wrong tries."""

from __future__ import annotations

from fieldcheck.rules.lockout import LONGEST_WAIT_S, wait_seconds


def test_five_tries_are_free_and_then_the_wait_doubles_up_to_an_hour() -> None:
    assert [wait_seconds(n) for n in range(9)] == [0, 0, 0, 0, 0, 30, 60, 120, 240]
    assert wait_seconds(12) == wait_seconds(10_000) == LONGEST_WAIT_S == 3600
