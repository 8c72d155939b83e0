"""The story of the demonstration (演示): ``fieldcheck/demo_plan.py``."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from fieldcheck.demo_plan import SCENES, scenes, timeline, townships_of

KNOWN = [{"code": str(n), "confidence": "low" if n % 3 == 0 else "medium"} for n in range(120)]
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, st.integers(1, SCENES))
def test_whenever_it_is_made_everything_lies_before_that_moment_and_in_order(now: datetime, count: int) -> None:
    for one in timeline(scenes(count), now, Random(1)):
        moments = [one.assigned, one.revealed, one.begins, one.sent, *one.decided, now]
        assert moments == sorted(moments) and len(one.decided) == len(one.scene.decisions)


@given(st.integers(1, SCENES))
def test_each_scene_has_a_township_of_its_own_but_those_that_go_where_another_was(count: int) -> None:
    told = scenes(count)
    found = townships_of(told, KNOWN, Random(1))
    codes = [found[scene.number]["code"] for scene in told if scene.at is None]
    assert len(set(codes)) == len(codes) and all(scene.at is None or found[scene.number] is found[scene.at] for scene in told)


def test_a_phone_is_never_in_two_visits_at_once() -> None:
    plan = timeline(scenes(), datetime(2026, 11, 25, 3, tzinfo=UTC), Random(1))
    for one, after in ((one, after) for one in plan for after in plan):
        if one.scene.pair == after.scene.pair and one.begins < after.begins and after.scene.right_after is None:
            assert one.sent <= after.begins
