"""The coverage table and the pace that a round still needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fieldcheck.rules.county_table import COUNTY_ORDERS, county_table, total
from fieldcheck.rules.pace import needed_per_week

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def township(county: str, status: str, number: int = 1) -> dict:
    return {"code": f"{county}{number:03}", "county": f"u{county}", "county_name": f"演示{county}", "status": status}


def test_a_county_counts_each_township_once_and_leaves_the_excluded_out_of_the_rate() -> None:
    rows = county_table([township("420102", "unvisited"), township("420101", "covered"), township("420101", "covered_both"),
                         township("420101", "visited_unverified"), township("420101", "excluded")])
    first = rows[0]
    assert [row.code for row in rows] == ["420101", "420102"]
    assert (first.in_scope, first.covered, first.covered_both, first.visited_unverified, first.excluded) == (3, 1, 1, 1, 1)
    assert first.rate == 2 / 3
    whole = total(rows, "all")
    assert (whole.in_scope, whole.unvisited, whole.rate) == (4, 1, 0.5)


def test_where_nothing_is_in_scope_there_is_no_rate_and_sorting_still_works() -> None:
    rows = county_table([township("420101", "excluded"), township("420102", "covered")])
    assert rows[0].rate is None
    assert [row.code for row in sorted(rows, key=COUNTY_ORDERS["rate"])] == ["420101", "420102"]


def test_a_begun_week_counts_as_a_week_and_after_the_end_all_is_due() -> None:
    assert needed_per_week(10, NOW, NOW + timedelta(days=8)) == (2, 5)
    assert needed_per_week(11, NOW, NOW + timedelta(days=7)) == (1, 11)
    assert needed_per_week(3, NOW, NOW - timedelta(seconds=1)) == (0, 3)
    assert needed_per_week(0, NOW, NOW + timedelta(days=7)) == (1, 0)
