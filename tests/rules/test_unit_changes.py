"""What a change of units does to an open round: rows D1–D8 of ``docs/inspection-rules.md`` §5.5, case by case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldcheck.rules.coverage import coverage_of_unit
from fieldcheck.rules.unit_changes import Heir, Standing, heir, parts_after, units_after
from tests.rules.test_coverage import GOOD

CASES = json.loads((Path(__file__).parent / "unit_change_cases.json").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['row']} {case['what']}")
def test_the_scope_and_every_visit_follow_the_row(case) -> None:
    units = {unit: Standing(reason) for unit, reason in case["units"].items()}
    after = units_after(units, case["links"], case["reckoned"])
    assert {unit: stands.reason for unit, stands in after.items()} == case["after"]
    assert parts_after({}, units, case["links"]) == case["parts"]
    for unit, village, day, where in case["visits"]:
        found = heir(unit, village, case["links"], case["homes"].get, day)
        assert found == (Heir(where) if isinstance(where, str) else Heir(unit, tuple(where)))


def test_every_row_has_its_case() -> None:
    assert {case["row"] for case in CASES} == {f"D{number}" for number in range(1, 9)}


def test_what_the_office_left_out_by_name_stays_out_with_its_signer_whatever_becomes_of_it() -> None:
    office = Standing("演示：监狱", "演示·主任")
    for link in ({"kind": "type_change", "from": ["A"], "to": ["A"]}, {"kind": "split", "from": ["A"], "to": ["A", "C"]},
                 {"kind": "merge", "from": ["A", "B"], "to": ["A"]}):
        after = units_after({"A": office, "B": office}, [{"date": "2021-06-01", "villages": [], **link}], {"A": None, "C": None})
        assert after["A"] == office


def test_a_merger_of_a_merger_asks_for_every_first_predecessor() -> None:
    links = [{"kind": "merge", "date": "2021-06-01", "from": ["C", "D"], "to": ["E"], "villages": []}]
    units = {unit: Standing(None) for unit in "CD"}
    assert parts_after({"C": ["A", "B"]}, units, links) == {"E": ["A", "B", "D"]}


def merged(*visits):
    """Status, flags and reasons of a unit merged from A and B, from visits as (part, evidence)."""
    summaries = [{"part": part, "evidence": {**GOOD, **more}, "households_counted": 0, "photos": 0} for part, more in visits]
    found = coverage_of_unit(None, summaries, {}, None, ["A", "B"])
    return found["status"], found["flags"], found["reasons"]


def test_a_merged_township_is_covered_only_if_every_predecessor_was() -> None:
    assert merged() == ("unvisited", [], [])
    assert merged(("A", {})) == merged(("A", {}), ("A", {"team": "B"})) == ("visited_unverified", [], ["merge_partial"])
    assert merged(("A", {}), ("B", {})) == ("covered", [], [])
    assert merged(("A", {}), ("B", {}), ("A", {"team": "B"}))[0] == "covered"
    assert merged(*((part, {"team": team}) for part in "AB" for team in "AB"))[0] == "covered_both"
    # Nobody can tell whose village it was: it is seen, and covers nothing.
    assert merged(("A", {}), (None, {})) == ("visited_unverified", [], ["merge_partial"])
    assert merged(("A", {}), ("B", {"state": "submitted"}))[2] == ["not_reviewed", "merge_partial"]
