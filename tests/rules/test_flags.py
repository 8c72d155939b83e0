"""A flag is raised where its figures say so and not one step before; it never accuses a normal visit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fieldcheck.rules.clock_interval import Clocked
from fieldcheck.rules.flags import (
    MINUTE_MS, clock_moved, clock_offset, doubted, draw_odd, fixes_frozen, flags_of_visit, interview_short, outside_round, phone_unplaced, phones_apart,
    photo_duplicate, photos_picked, photos_poor, speed,
)
from fieldcheck.times import written

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def at(minutes: float) -> str:
    """A moment of that morning."""
    return written(START + timedelta(minutes=minutes))


def fix(number: int, minutes: float, lon: float = 112.0, **more: Any) -> dict[str, Any]:
    """A measured position."""
    return {"fix": f"f{number}", "lon": lon, "lat": 30.0, "acc": 9.0, "t": at(minutes), "at": at(minutes),
            "datum": "wgs84", "source": "gps", "device": "d", "reopened": False, **more}


def visit(**more: Any) -> dict[str, Any]:
    """A plain visit of three households of twelve minutes each."""
    households = [{"household": f"h{n}", "number": n, "outcome": "complete", "at": at(12 * n), "seq": n, "device": "d",
                   "reopened": False} for n in (1, 2, 3)]
    return {"visit": "v", "devices": ["d"], "members": [{"device": "d", "at": at(0), "how": "opened"}], "opened_at": at(0), "sealed_at": None, "households": households, "photos": [{"sha256": "a", "source": "camera"}, {"sha256": "b", "source": "demo"}],
            "fixes": [fix(n, 12 * n, 112 + n / 100_000) for n in range(4)],
            "moments": {"identity.disclosed": [], "cadre.arrived": []}, "draws": [], "doubts": [], **more}


def clocked(at_minute: int | None, not_before: int | None, seq: int = 1) -> Clocked:
    """A line that came at minute 60."""
    ms = [None if one is None else one * MINUTE_MS for one in (at_minute, not_before)]
    return Clocked(seq, ms[0], None, 0, ms[1], 60 * MINUTE_MS)


def stay(name: str, first: tuple[float, float], last: tuple[float, float]) -> Any:
    """Minutes and longitude where it began and ended."""
    spots = [{"at": at(minutes), "lon": lon, "lat": 30.0} for minutes, lon in (first, last)]
    return {"visit": name, "first": spots[0], "last": spots[1]}


def test_pictures_that_were_picked_or_kept_with_a_remark_are_looked_at_twice() -> None:
    taken = visit(photos=[{"sha256": one, "source": source} for one, source in zip("abc", ("camera", "demo", "camera"))])
    assert photos_picked(taken) is None and photos_poor(taken) is None
    picked = visit(photos=[{"sha256": one, "source": source} for one, source in zip("abcd", ("file", "app", "file", "camera"))])
    assert photos_picked(picked) == {"code": "photos_picked", "figures": {"n": 3, "app": 1, "gallery": 2}, "visits": []}
    poor = visit(photos=[{"sha256": "a", "source": "camera", "remarks": ["dark"]}, {"sha256": "b", "source": "camera", "masked": 2}])
    assert photos_poor(poor)["figures"] == {"n": 1}  # type: ignore[index]


def test_a_plain_visit_raises_nothing() -> None:
    assert flags_of_visit(visit(), {}, {}, [stay("w", (200, 112.3), (260, 112.3))], {"d": [clocked(5, 0)]}) == []


def test_the_same_bytes_in_this_visit_or_another_are_a_duplicate() -> None:
    assert photo_duplicate(visit(), {"a": ["w", "x"]}) == {"code": "photo_duplicate", "figures": {"n": 1}, "visits": ["w", "x"]}
    assert photo_duplicate(visit(photos=[{"sha256": "a"}] * 2), {})["figures"] == {"n": 2}  # type: ignore[index]


def test_a_visit_dated_outside_its_round_says_by_which_days() -> None:
    days = ("2026-11-23", "2027-02-21")
    for sealed, outside in (("2026-11-22T16:00:00.000Z", False), ("2026-11-22T15:59:59.999Z", True), ("2027-02-21T15:59:59.999Z", False),
                            ("2027-02-21T16:00:00.000Z", True), ("nonsense", False)):
        assert (outside_round(visit(sealed_at=sealed), days) is not None) == outside
    assert outside_round(visit(opened_at="2026-05-01T01:00:00.000Z", sealed_at=None), days) == {
        "code": "outside_round", "figures": {"date": "2026-05-01", "starts": "2026-11-23", "ends": "2027-02-21"}, "visits": []}
    assert outside_round(visit(sealed_at=None), None) is None


def test_speed_is_told_for_the_worst_journey_before_or_after() -> None:
    own = stay("v", (60, 112.0), (120, 112.0))
    before, after = stay("before", (0, 111.0), (30, 111.0)), stay("after", (125, 112.2), (180, 112.2))
    found = speed(own, [before, after])
    assert found == {"code": "speed", "figures": {"km": 19.3, "minutes": 5, "kmh": 231}, "visits": ["after"]}
    assert speed(own, [stay("near", (121, 112.01), (180, 112.01))]) is None
    assert speed(own, [stay("slow", (140, 112.2), (180, 112.2))]) is None
    assert speed(own, [own]) is None


def test_two_visits_at_one_time_far_apart_have_no_speed_and_come_first() -> None:
    own = stay("v", (60, 112.0), (120, 112.0))
    assert speed(own, [stay("w", (90, 112.5), (100, 112.5))])["figures"]["kmh"] is None  # type: ignore[index]


def test_positions_that_never_move_are_flagged_and_those_a_hand_set_are_not_looked_at() -> None:
    still = [fix(n, 5 * n) for n in range(3)]
    assert fixes_frozen(visit(fixes=still))["figures"] == {"n": 3, "minutes": 10}  # type: ignore[index]
    assert fixes_frozen(visit(fixes=still[:2])) is None
    assert fixes_frozen(visit(fixes=[*still[:2], fix(3, 10, 112.000001)])) is None
    assert fixes_frozen(visit(fixes=[{**one, "source": "manual"} for one in still])) is None
    assert fixes_frozen(visit(fixes=[fix(0, 0)] * 3)) is None


@pytest.mark.parametrize(("at_minute", "not_before", "minutes"), [
    (71, None, 11), (70, None, None), (0, 11, -11), (0, 10, None), (None, None, None)])
def test_a_clock_may_be_ten_minutes_off_and_no_more(at_minute: int | None, not_before: int | None, minutes: int | None) -> None:
    found = clock_offset({"other": [], "d": [clocked(at_minute, not_before)]})
    assert (found and found["figures"]) == (minutes and {"minutes": minutes})


def test_a_clock_that_was_set_back_during_the_visit_is_told_by_its_phone() -> None:
    assert clock_moved({"d": [clocked(40, 0, 1), clocked(10, 0, 2)], "e": [clocked(10, 0)]})["figures"] == {"minutes": -30}  # type: ignore[index]
    assert clock_moved({"d": [clocked(40, 0)], "e": [clocked(10, 0)]}) is None


def test_an_interview_too_short_to_have_asked_is_told_by_its_household() -> None:
    plain = visit()
    plain["households"][1] = {**plain["households"][1], "at": at(16.5)}
    assert interview_short(plain) == {"code": "interview_short", "figures": {"n": 1, "minutes": 4.5, "number": 2}, "visits": []}
    plain["households"][1]["outcome"] = "not_home"
    assert interview_short(plain) is None


def test_a_doubt_of_the_team_is_told_until_it_is_cleared() -> None:
    assert doubted(visit(doubts=[{"cleared": True}])) is None
    assert doubted(visit(doubts=[{"cleared": True}, {"cleared": False}])) == {"code": "doubted", "figures": {"n": 1}, "visits": []}


def test_a_household_that_does_not_follow_from_its_draw_is_told() -> None:
    def drawn(row: int, holds: bool = True) -> dict[str, Any]:
        made = visit(draws=[{"draw": 1, "frame": "posted_list", "n": 9, "rows": [4, 2, 9], "device": "d", "holds": holds}])
        made["households"][0].update(draw=1, row=row)
        return made

    assert draw_odd(drawn(4)) is None
    for odd in (drawn(2), drawn(5), drawn(4, holds=False)):
        assert draw_odd(odd) == {"code": "draw_odd", "figures": {"n": 1, "number": 1}, "visits": []}


def on_two_phones(minutes: float, lon: float, acc: float = 10.0, **more: Any) -> dict[str, Any]:
    """One phone at 112° E at noon, its team-mate's elsewhere, some minutes later."""
    fixes = [fix(0, 60, acc=acc), fix(1, 60 + minutes, lon, acc=acc, device="e", **more)]
    return visit(fixes=fixes, devices=["d", "e"], members=[{"device": "d", "at": at(0), "how": "opened"},
                                                           {"device": "e", "at": at(5), "how": "joined"}])


@pytest.mark.parametrize(("minutes", "lon", "acc", "figures"), [
    (3, 112.05, 10, {"km": 4.8, "minutes": 3}),  # 4.82 km, less both errors
    (-10, 112.05, 10, {"km": 4.8, "minutes": 10}),
    (10.1, 112.05, 10, None),  # ten minutes are enough to drive there
    (0, 112.0102, 10, None),  # 0.98 km
    (0, 112.0115, 95, None),  # 1.11 km, but 0.19 km may be error
])
def test_team_mates_phones_far_apart_at_one_time_are_told_with_what_is_sure(
        minutes: float, lon: float, acc: float, figures: Any) -> None:
    found = phones_apart(on_two_phones(minutes, lon, acc), {})
    assert (found and found["figures"]) == figures


def test_how_far_apart_is_a_setting_and_one_phone_is_never_apart_from_itself() -> None:
    assert phones_apart(on_two_phones(3, 112.05), {"phones_apart_km": 5}) is None
    assert phones_apart(visit(fixes=[fix(0, 0), fix(1, 1, 113.0)]), {}) is None


def test_a_phone_that_joined_without_ever_knowing_where_it_was_is_told() -> None:
    there = on_two_phones(3, 112.0001)
    assert phone_unplaced(there, {}) is None and phones_apart(there, {}) is None
    assert phone_unplaced(on_two_phones(3, 112.0001, source="manual"), {})["figures"] == {"n": 1}  # type: ignore[index]
