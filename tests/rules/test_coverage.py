"""What counts, and how a township's status follows from it (``docs/inspection-rules.md`` §5.2–5.3, §5.6)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldcheck.rules.coverage import (
    FLAGS, REASONS, RULES, STATUSES, coverage_of_unit, is_compromised, is_valid, judge_unit, rules_of_visit,
)
from fieldcheck.rules.outline import Area, Areas
from fieldcheck.rules.place import Fix, PlaceParams, place_of_visit
from fieldcheck.rules.settings import DEFAULTS

BOOK = json.loads((Path(__file__).parent / "coverage_cases.json").read_text("utf-8"))
PARAMS = BOOK["params"]
TODAY = date(2018, 7, 20)
GOOD: dict[str, Any] = {
    "visit": "v", "team": "A", "type": "covert", "state": "accepted", "date": "2018-07-02", "inspectors": 2,
    "declared_ok": True, "place": "inside", "place_photo": True, "minutes": 55.0, "core_complete": True,
    "hh": [{"id": "1", "type": "poor"}, {"id": "2", "type": "exited"}, {"id": "3", "type": "exited"},
           {"id": "4", "type": "edge"}, {"id": "5", "type": "general"}],
}


def placed(visit: dict[str, Any], polygon: Any) -> dict[str, Any]:
    """The evidence of a case's visit: its fixes judged by the place test, its minutes reckoned."""
    ring = polygon and [*polygon, polygon[0]]
    areas = Areas([Area("unit", {"type": "Polygon", "coordinates": [ring]})] if ring else [])
    fixes = [Fix(fix["lon"], fix["lat"], fix["acc"]) for fix in visit["fixes"]]
    times = [fix["t"] for fix in visit["fixes"]]
    place = place_of_visit(fixes, "unit", areas, PlaceParams.of(PARAMS)).result
    return {**visit, "place": place, "minutes": max(times) - min(times)}


@pytest.mark.parametrize("case", BOOK["cases"], ids=lambda case: case["id"])
def test_the_cases_of_the_rule_book_come_out_as_it_says(case: dict[str, Any]) -> None:
    visits = [placed(visit, case["polygon"]) for visit in case.get("visits", [])]
    found = judge_unit(visits, excluded="excluded" in case, today=date.fromisoformat(case["today"]), params=PARAMS)
    assert found == case["expected"]


def judged(*visits: dict[str, Any]) -> tuple[str, list[str], list[str]]:
    """Status, flags and reasons under the default thresholds."""
    found = judge_unit(visits, excluded=False, today=TODAY, params={})  # type: ignore[arg-type]
    return found["status"], found["flags"], found["reasons"]


def test_the_defaults_are_those_of_the_cases() -> None:
    assert {name: DEFAULTS[name] for name in PARAMS} == PARAMS


@pytest.mark.parametrize(("change", "rule", "reason"), [
    ({"state": "submitted"}, "R1", "not_reviewed"), ({"state": "returned"}, "R1", "not_reviewed"),
    ({"inspectors": 1}, "R2", "inspectors"), ({"inspectors": 3, "recused": 1}, "R2", "recused"),
    ({"declared_ok": False}, "R3", "compromised"),
    ({"V44": ["leak"]}, "R3", "compromised"), ({"compromised": True}, "R3", "compromised"),
    ({"doubted": True, "compromised": False}, "R3", "compromised"),
    ({"place": "border"}, "R4", "location_border"), ({"place": "outside", "location_confirmed": True}, "R4", "location_outside"),
    ({"minutes": 29.9}, "R5", "duration"), ({"hh": GOOD["hh"][:2]}, "R6", "households"),
    ({"hh": [GOOD["hh"][0]] * 3}, "R6", "households"), ({"core_complete": False}, "R7", "core"),
    ({"place_photo": False}, "R8", "place_photo"),
])
def test_each_rule_fails_by_itself_for_its_reason(change: dict[str, Any], rule: str, reason: str) -> None:
    results = rules_of_visit({**GOOD, **change}, {})  # type: ignore[typeddict-item]
    assert tuple(one["rule"] for one in results) == RULES
    assert {one["rule"]: one["reason"] for one in results if one["result"] == "fail"} == {rule: reason}
    assert judged({**GOOD, **change})[::2] == ("visited_unverified", [reason])


@pytest.mark.parametrize("place", ["border", "nofix", "nopolygon"])
def test_a_place_that_nothing_decides_counts_with_a_photo_and_the_reviewers_word_together(place: str) -> None:
    unsure = {**GOOD, "place": place}
    assert judged({**unsure, "location_confirmed": True})[0] == "covered"
    assert judged({**unsure, "location_confirmed": True, "place_photo": False})[2] == [f"location_{place}", "place_photo"]


def test_a_leak_that_the_reviewer_found_to_be_a_rumour_is_a_lead_and_the_visit_counts() -> None:
    assert judged({**GOOD, "V44": ["leak"], "leak_confirmed": False}) == ("covered", [], [])
    assert is_compromised({**GOOD, "V44": ["leak"], "leak_confirmed": True})


def test_what_the_office_says_of_compromised_stands_above_what_the_visit_says() -> None:
    assert judged({**GOOD, "declared_ok": False, "compromised": False}) == ("covered", [], [])


def test_the_thresholds_of_the_round_decide() -> None:
    alone = {**GOOD, "inspectors": 1}
    assert not is_valid(alone, {}) and is_valid(alone, {"min_inspectors": 1})


@pytest.mark.parametrize(("types", "lacking"), [
    (["poor", "exited", "edge", "general"], ["township_households"]),
    (["poor", "edge", "edge", "general", "general"], ["township_listed"]),
    (["poor", "exited", "exited", "poor", "poor"], ["township_other"]),
    (["poor", "edge", "edge"], ["township_households", "township_listed"]),
])
def test_a_township_says_which_households_it_still_lacks(types: list[str], lacking: list[str]) -> None:
    households = [{"id": str(number), "type": kind} for number, kind in enumerate(types)]
    assert judged({**GOOD, "hh": households}) == ("visited_unverified", [], lacking)


def test_the_same_household_in_two_visits_counts_once() -> None:
    three = {**GOOD, "hh": GOOD["hh"][:3]}
    assert judged(three, {**three, "visit": "w"})[2] == ["township_households", "township_other"]


def test_a_covered_township_gives_no_reasons_and_keeps_its_flags() -> None:
    assert judged(GOOD, {**GOOD, "visit": "w", "state": "rejected"}, {**GOOD, "visit": "x", "compromised": True}) == (
        "covered", ["compromised", "had_rejected"], [])


def test_a_township_is_stale_the_day_after_the_last_day_and_never_in_what_is_kept() -> None:
    assert judged({**GOOD, "date": "2018-04-21"}) == ("covered", [], [])
    assert judged({**GOOD, "date": "2018-04-20"}) == ("covered", ["stale"], [])
    assert judge_unit([{**GOOD, "date": "2018-04-20"}], excluded=False, today=None, params={})["flags"] == []  # type: ignore[list-item]
    assert judged({**GOOD, "date": "2018-04-20"}, {**GOOD, "visit": "w", "date": "2018-07-01"})[1] == []


def test_an_excluded_township_says_why_beside_its_status() -> None:
    found = coverage_of_unit("no village", [], {}, TODAY)
    assert (found["status"], found["reasons"]) == ("excluded", ["no village"])




def households(least: int) -> st.SearchStrategy[list[dict[str, str]]]:
    """At least so many of seven, each called something."""
    types = st.dictionaries(st.sampled_from("1234567"), st.sampled_from(["poor", "exited", "edge", "general"]), min_size=least, max_size=7)
    return types.map(lambda types: [{"id": one, "type": kind} for one, kind in types.items()])


CHANGES = st.one_of(*(st.tuples(st.just(name), values) for name, values in {
    "team": st.just("B"), "type": st.just("stationing"), "inspectors": st.integers(0, 3), "recused": st.integers(0, 1), "hh": households(0),
    "state": st.sampled_from(["draft", "submitted", "returned", "rejected", "abandoned"]),
    "date": st.sampled_from(["2018-02-01", None]), "minutes": st.sampled_from([29.0, 30.0]),
    "place": st.sampled_from(["border", "outside", "nofix", "nopolygon"]), "location_confirmed": st.just(True),
    "place_photo": st.just(False), "core_complete": st.just(False), "declared_ok": st.just(False),
    "compromised": st.booleans(), "doubted": st.booleans(), "V44": st.sampled_from([["leak"], ["coached"]]), "leak_confirmed": st.booleans(),
    "waived": st.integers(0, 1),
}.items()))
VISITS = st.lists(st.lists(CHANGES, max_size=3).map(lambda changes: {**GOOD, **dict(changes)}), max_size=5)
ORDER = {status: place for place, status in enumerate(("unvisited", "visited_unverified", "covered", "covered_both"))}


@settings(max_examples=200, deadline=None)
@given(VISITS, st.randoms(use_true_random=False))
def test_the_order_of_visits_never_matters_and_there_is_exactly_one_status(visits: list[Any], random: Random) -> None:
    found = judged(*visits)
    assert judged(*random.sample(visits, len(visits))) == found
    status, flags, reasons = found
    assert status in STATUSES and set(flags) <= set(FLAGS) and set(reasons) <= set(REASONS)
    assert bool(reasons) == (status == "visited_unverified")


@settings(max_examples=200, deadline=None)
@given(VISITS, st.sampled_from("AB"), households(5), st.sampled_from([None, 0, 1]))
def test_an_extra_valid_visit_never_lowers_a_status_nor_makes_it_stale(visits: list[Any], team: str, own: list[Any], waived: int | None) -> None:
    """Households that others went to as well may be called something else; villages with a waiver or without."""
    extra = {**GOOD, "visit": "extra", "team": team, "hh": own, "waived": waived}
    before, after = judged(*visits), judged(*visits, extra)
    assert ORDER[after[0]] >= max(ORDER[before[0]], ORDER["visited_unverified"]) and "stale" not in after[1]
