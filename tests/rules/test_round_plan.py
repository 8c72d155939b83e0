"""Can two teams cover a round in time: the arithmetic of §2.6."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldcheck.rules.round_plan import Capacity, forecast

QUARTER = timedelta(days=91)


@pytest.mark.parametrize(("capacity", "weeks", "fits"), [
    (Capacity(per_team_day=1, revisits=0), 14, False), (Capacity(per_team_day=1), 18, False), (Capacity(), 12, True),
    (Capacity(per_team_day=1.5, revisits=0), 10, True)])
def test_the_figures_of_the_rule_book_come_out_with_begun_weeks_counted_whole(capacity: Capacity, weeks: int, fits: bool) -> None:
    told = forecast(110, QUARTER, capacity)
    assert (told.weeks, told.fits) == (weeks, fits)


def test_a_month_is_not_enough_and_says_what_would_be() -> None:
    told = forecast(110, timedelta(days=28), Capacity())
    assert not told.fits and forecast(110, timedelta(days=28), Capacity(per_team_day=told.needed_per_team_day + 1e-9)).fits


@given(st.integers(0, 2000), st.integers(1, 366), st.integers(1, 7), st.floats(0.1, 10), st.floats(0, 0.9))
def test_more_townships_never_need_less_time(n: int, days: int, field_days: int, per_day: float, revisits: float) -> None:
    capacity = Capacity(2, field_days, per_day, revisits)
    assert forecast(n, timedelta(days=days), capacity).weeks <= forecast(n + 1, timedelta(days=days), capacity).weeks
