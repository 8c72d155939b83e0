"""The forecast and the burn-up: simple enough to be reckoned by hand, and here it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fieldcheck.rules.burn_up import burn_up, covered_since, forecast, plot

STARTS = datetime(2026, 9, 7, tzinfo=UTC)
ENDS = STARTS + timedelta(days=91)


def week(n: float) -> datetime:
    """So many weeks into the round."""
    return STARTS + timedelta(weeks=n)


def test_a_township_is_covered_from_the_acceptance_that_made_it_so() -> None:
    visits = [{"accepted_at": "2026-10-02", "households": 3}, {"accepted_at": "2026-10-01", "households": 3},
              {"accepted_at": "2026-10-03", "households": 9}]

    def status_of(some: object) -> str:
        return "covered" if sum(v["households"] for v in some) >= 5 else "visited_unverified"  # type: ignore[attr-defined]

    assert covered_since(visits, status_of) == "2026-10-02"
    assert covered_since(visits[:1], status_of) is None


def test_each_week_counts_what_was_covered_by_its_end_and_the_last_one_is_now() -> None:
    progress = burn_up([week(0.5), week(1.5), week(1.6)], 10, STARTS, ENDS, week(2.5))
    assert progress.weeks == ((STARTS, 0), (week(1), 1), (week(2), 3), (week(2.5), 3))
    assert progress.covered == 3


def test_the_forecast_goes_on_at_the_pace_of_the_last_four_weeks() -> None:
    old, recent = [week(0.1)] * 40, [week(5)] * 8
    assert forecast(recent, 24, STARTS, week(8)) == week(8) + timedelta(weeks=8)
    assert forecast(old + recent, 64, STARTS, week(8)) == week(8) + timedelta(weeks=8)
    assert forecast([week(0.5)] * 2, 4, STARTS, week(1)) == week(2)


def test_nothing_is_foretold_where_nothing_moves_or_nothing_is_missing() -> None:
    assert forecast([week(1)], 5, STARTS, week(8)) is None
    assert forecast([week(1)] * 5, 5, STARTS, week(2)) is None
    assert forecast([week(0.5)] * 3, 5, STARTS, week(0.9)) is None


def test_the_lines_stay_on_the_paper_and_end_where_they_should() -> None:
    drawn = plot(burn_up([week(1)] * 5, 10, STARTS, ENDS, week(6.5)), 480, 150)
    assert drawn.covered.startswith("0.0,132.0") and drawn.covered.endswith(f"{drawn.now},75.0") and drawn.now == 240.0
    assert drawn.needed == "240.0,75.0 480.0,18.0" and drawn.likely is None
    over = plot(burn_up([], 10, STARTS, ENDS, ENDS + timedelta(days=9)), 480, 150)
    assert over.needed is None and over.now == 480.0
