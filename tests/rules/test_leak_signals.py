"""Signs that a visit was expected: figures and names, each from one fact (``docs/inspection-rules.md`` §2.5)."""

from __future__ import annotations

from typing import Any

import pytest

from fieldcheck.rules.leak_signals import SIGNALS, signals_of

REVEAL = "2026-11-23T22:30:00.000Z"
QUIET: dict[str, Any] = {"opened_at": "2026-11-24T00:30:00.000Z", "cadre_arrived_at": None, "V44": ["none"], "doubted": False}


def look(at: str, shown: int = 1) -> dict[str, Any]:
    """Somebody looked at the place."""
    return {"at": at, "what": "content", "shown": shown, "account": "x"}


@pytest.mark.parametrize(("changed", "looks", "found"), [
    ({}, [], []),
    ({}, [look("2026-11-23T10:00:00.000Z")], ["seen_before"]),
    ({}, [look("2026-11-23T10:00:00.000Z", shown=0), look("2026-11-23T23:00:00.000Z")], []),
    ({"opened_at": "2026-11-24T02:31:00.000Z"}, [], ["arrived_late"]),
    ({"cadre_arrived_at": "2026-11-24T00:45:00.000Z"}, [], ["cadre_soon"]),
    ({"cadre_arrived_at": "2026-11-24T01:45:00.000Z"}, [], []),
    ({"V44": ["leak", "coached", "paperwork"], "doubted": True}, [], ["said_leak", "said_coached", "said_paperwork", "doubted"]),
])
def test_each_sign_comes_from_one_fact(changed: dict[str, Any], looks: list, found: list[str]) -> None:
    told = signals_of({**QUIET, **changed}, REVEAL, looks)
    assert told["signals"] == found and set(found) <= set(SIGNALS)


def test_the_figures_are_whole_minutes_and_without_a_reveal_there_is_none() -> None:
    told = signals_of({**QUIET, "cadre_arrived_at": "2026-11-24T00:45:30.000Z"}, REVEAL, [])
    assert (told["arrival_minutes"], told["cadre_minutes"]) == (120, 15)
    assert signals_of(QUIET, None, [look("2026-11-23T10:00:00.000Z")]) == {"arrival_minutes": None, "cadre_minutes": None, "signals": []}
    assert signals_of({**QUIET, "opened_at": None}, REVEAL, [])["arrival_minutes"] is None
