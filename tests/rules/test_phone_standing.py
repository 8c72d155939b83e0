"""What of a phone needs somebody: told where its figures say so, and quiet one step before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fieldcheck.rules.phone_standing import ORDERS, older, standing
from fieldcheck.rules.planned_return import forgotten_at, is_kept, is_overdue
from fieldcheck.times import written

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def ago(**span: float) -> str:
    """A moment before now."""
    return written(NOW - timedelta(**span))


def phone(report: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A phone that reported an hour ago that all is well."""
    state = {"app": "0.1.0", "unsent": {"segments": 0, "photos": 0, "bytes": 0, "oldest_at": None}, "visits": [],
             "storage": {"persisted": True, "usage": 1, "quota": 9}, "clock_offset_ms": 0, **(report or {})}
    return {"device": "d", "enrolled_at": ago(days=9), "revoked_at": None, "replaced": False, "state": state,
            "state_at": ago(hours=1), "sent_at": None, **more}


def waiting(oldest_at: str) -> dict[str, Any]:
    """Something unsent since then."""
    return {"segments": 2, "photos": 1, "bytes": 9, "oldest_at": oldest_at}


def emptied(**more: Any) -> list[dict[str, Any]]:
    """The phone noticed that its store was emptied."""
    return [{"how": "emptied", "device": "d", "seq": 4, "missing": 2, "at": ago(days=1), **more}]


@pytest.mark.parametrize(("found", "cares"), [
    (phone(), []),
    (phone({"unsent": waiting(ago(hours=23))}), []), (phone({"unsent": waiting(ago(hours=25))}), ["unsent_old"]),
    # Its clock is two days behind, and so is the moment that it names.
    (phone({"unsent": waiting(ago(days=2)), "clock_offset_ms": -2 * 86_400_000}), ["clock_off"]),
    (phone({"storage": {"persisted": False, "usage": None, "quota": None}}), ["storage_not_granted"]),
    (phone({"clock_offset_ms": 120_000}), []), (phone({"clock_offset_ms": -120_001}), ["clock_off"]),
    (phone(state_at=ago(days=2.9)), []), (phone(state_at=ago(days=3.1)), ["silent"]),
    (phone(state_at=ago(days=3.1), sent_at=ago(hours=2)), []),
    (phone(state=None, state_at=None), ["silent"]), (phone(state=None, state_at=None, enrolled_at=ago(days=1)), []),
    (phone({"lost": emptied()}), ["emptied"]), (phone({"lost": emptied(missing=0)}), []), (phone({"lost": emptied(at=ago(days=8))}), []),
    (phone({"unsent": waiting(ago(days=9))}, revoked_at=ago(days=1)), []), (phone(state_at=ago(days=9), replaced=True), []),
    (phone({"clock_offset_ms": 2**53 - 1, "unsent": waiting("0001-01-01T00:00:00.000Z")}), ["unsent_old", "clock_off"]),
])
def test_a_phone_calls_for_somebody_only_where_somebody_must_act(found, cares) -> None:
    assert standing(found, NOW, "0.1.0").cares == cares


def test_work_that_may_be_lost_is_told_even_of_a_phone_out_of_use() -> None:
    assert standing(phone(revoked_at=ago(days=1)), NOW, "0.1.0", lost=True).cares == ["lost"]


@pytest.mark.parametrize(("app", "is_older"), [("0.0.9", True), ("0.1.0", False), ("0.10.0", False), ("fleet", False), (None, False)])
def test_an_app_is_older_by_its_numbers_and_not_by_its_letters(app, is_older) -> None:
    assert older(app, "0.1.0") is is_older


def test_whoever_needs_somebody_stands_on_top_and_every_order_takes_phones_that_never_reported() -> None:
    rows = [{**one, "owner": "o", "team": None, "name": "n", "standing": standing(one, NOW, "0.1.0")}
            for one in (phone(), phone(state=None, state_at=None), phone({"clock_offset_ms": 999_999}))]
    assert [bool(row["standing"].cares) for row in sorted(rows, key=ORDERS["care"])] == [True, True, False]
    assert all(len(sorted(rows, key=order)) == 3 for order in ORDERS.values())


def test_a_planned_return_is_forgotten_at_noon_in_beijing_on_the_next_day() -> None:
    for back in (datetime(2026, 11, 25, 9, 30, tzinfo=UTC), datetime(2026, 11, 25, 15, 59, tzinfo=UTC)):
        assert forgotten_at(back) == datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
    assert forgotten_at(datetime(2026, 11, 25, 16, 0, tzinfo=UTC)) == datetime(2026, 11, 27, 4, 0, tzinfo=UTC)


def test_a_return_is_overdue_after_its_minutes_and_one_beyond_a_day_is_not_kept() -> None:
    back = NOW - timedelta(minutes=60)
    assert is_overdue(back, NOW, 60) and not is_overdue(back, NOW, 61)
    assert is_kept(NOW + timedelta(hours=24), NOW) and not is_kept(NOW + timedelta(hours=25), NOW)
    assert is_kept(back, NOW) and not is_kept(NOW - timedelta(days=2), NOW)
