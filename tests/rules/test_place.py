"""The place test never rejects an honest visit for a rough outline and never accepts one unasked (§5.4)."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from fieldcheck import texts
from fieldcheck.rules.outline import Area, Areas
from fieldcheck.rules.place import (
    Fix, Place, PlaceParams, distance_from_seat_km, place_of_fix, place_of_visit, unusable_because,
)
from tests.rules.register_files import jingzhou, square

CASES = json.loads((Path(__file__).parent / "coverage_cases.json").read_text("utf-8"))
PARAMS = PlaceParams.of(CASES["params"])
WEST, EAST = square(112.0, 30.0), square(112.1, 30.0)
SURVEYED = Areas([Area("west", WEST), Area("east", EAST)])
INSIDE_WEST, INSIDE_EAST = Fix(112.05, 30.05, 20), Fix(112.15, 30.05, 20)
# 48 m east of the common edge, which is at 112.1: inside the one, at the border of the other.
JUST_EAST, ON_THE_LINE, FAR_AWAY = Fix(112.1005, 30.05, 10), Fix(112.1, 30.05, 10), Fix(112.5, 30.05, 10)


def judge(fixes: list[Fix], claim: str | None = "west", areas: Areas = SURVEYED) -> Place:
    """The place of a visit by the rounds' usual thresholds."""
    return place_of_visit(fixes, claim, areas, PARAMS)


def expected_place(case: dict[str, Any]) -> str:
    """The place that a coverage case speaks of: in its reasons, or by being confirmed for want of a fix."""
    reasons = [r.removeprefix("location_") for r in case["expected"]["reasons"] if r.startswith("location_")]
    return reasons[0] if reasons else "nofix" if case["id"] == "C10" else "inside"


@pytest.mark.parametrize("case", [c for c in CASES["cases"] if c["visits"]], ids=lambda case: case["id"])
def test_the_cases_of_the_rule_book_are_placed_as_it_says(case: dict[str, Any]) -> None:
    ring = case["polygon"] and [*case["polygon"], case["polygon"][0]]
    areas = Areas([Area("unit", {"type": "Polygon", "coordinates": [ring]})] if ring else [])
    for visit in case["visits"]:
        fixes = [Fix(fix["lon"], fix["lat"], fix["acc"]) for fix in visit["fixes"]]
        place = place_of_visit(fixes, "unit", areas, PARAMS)
        assert place.result == expected_place(case)
        assert place.needs_confirmation == (place.result in ("border", "nofix", "nopolygon"))


def test_exactly_one_unit_that_the_visit_is_inside_of_decides() -> None:
    assert judge([INSIDE_WEST] * 2) == replace(judge([INSIDE_WEST] * 2), result="inside", unit="west", reasons=())
    other = judge([INSIDE_EAST] * 2)
    assert (other.result, other.unit, other.reasons) == ("outside", "east", ("inside_another",))


def test_a_claim_at_the_border_stands_where_nothing_decides_and_asks_for_confirmation() -> None:
    place = judge([ON_THE_LINE] * 2)
    assert (place.result, place.unit, place.reasons) == ("border", "west", ("near_the_edge",))
    assert [c.unit for c in place.candidates] == ["east", "west"] and place.needs_confirmation


def test_a_claim_beside_the_unit_that_alone_is_certain_falls() -> None:
    place = judge([JUST_EAST] * 2)
    assert (place.result, place.unit) == ("outside", "east")
    assert [(c.unit, c.result) for c in place.candidates] == [("east", "inside"), ("west", "border")]


def test_a_claim_that_is_no_candidate_is_outside_and_cannot_be_confirmed() -> None:
    place = judge([FAR_AWAY] * 2)
    assert (place.result, place.unit, place.reasons) == ("outside", None, ("claim_no_candidate",))
    assert not place.candidates and not place.needs_confirmation


def test_overlapping_areas_decide_nothing() -> None:
    areas = Areas([Area("west", WEST), Area("doubled", square(112.0, 30.0, 0.15))])
    for claim in ("west", "doubled"):
        place = judge([INSIDE_WEST] * 3, claim, areas)
        assert (place.result, place.unit, place.reasons) == ("border", claim, ("several_inside",))


def test_an_enclave_is_decided_by_its_own_outline() -> None:
    ring = {"type": "Polygon", "coordinates": [WEST["coordinates"][0], square(112.04, 30.04, 0.02)["coordinates"][0]]}
    areas = Areas([Area("town", ring), Area("farm", square(112.04, 30.04, 0.02))])
    assert judge([INSIDE_WEST] * 2, "farm", areas).result == "inside"
    assert judge([INSIDE_WEST] * 2, "town", areas).unit == "farm"


def test_a_unit_without_outline_is_never_rejected() -> None:
    place = judge([INSIDE_WEST] * 2, "bare")
    assert (place.result, place.unit) == ("nopolygon", "bare") and place.needs_confirmation
    assert [c.unit for c in place.candidates] == ["west"]


def test_one_usable_fix_is_not_enough() -> None:
    place = judge([INSIDE_WEST, Fix(112.05, 30.05, 180)])
    assert (place.result, place.usable, place.unusable) == ("nofix", 1, (("fix_inaccurate", 1),))


def test_a_fifth_of_the_fixes_may_lie_outside_and_no_more() -> None:
    assert judge([INSIDE_WEST] * 4 + [FAR_AWAY]).result == "inside"
    assert judge([INSIDE_WEST] * 3 + [FAR_AWAY]).result == "outside"


def test_the_thresholds_themselves_belong_inside() -> None:
    (inside,) = place_of_fix(Fix(112.05, 30.05, 0), Areas([Area("one", WEST, 1500)]), PARAMS)
    exact = Fix(112.05, 30.05, inside.distance_m - 1500)
    over = Fix(112.05, 30.05, inside.distance_m - 1500 + 1e-6)
    assert [place_of_fix(fix, Areas([Area("one", WEST, 1500)]), PARAMS)[0].result for fix in (exact, over)] == ["inside", "border"]
    (border,) = place_of_fix(JUST_EAST, Areas([Area("one", WEST)]), PARAMS)
    tight = replace(PARAMS, border_out_m=-border.distance_m)
    assert place_of_fix(JUST_EAST, Areas([Area("one", WEST)]), tight)[0].result == "border"
    assert place_of_fix(JUST_EAST, Areas([Area("one", WEST)]), replace(tight, border_out_m=tight.border_out_m - 0.001)) == []


def test_areas_prepared_for_a_narrower_border_are_not_used_for_a_wider_one() -> None:
    with pytest.raises(ValueError):
        judge([INSIDE_WEST] * 2, areas=Areas([Area("west", WEST)], border_out_m=100))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([INSIDE_WEST, INSIDE_EAST, JUST_EAST, ON_THE_LINE, FAR_AWAY, Fix(None, 30, 5), Fix(112.05, 30.05, 300)]),
                max_size=8), st.randoms(use_true_random=False), st.sampled_from(["west", "east", "bare", None]))
def test_the_order_of_fixes_never_matters(fixes: list[Fix], random: Random, claim: str | None) -> None:
    shuffled = random.sample(fixes, len(fixes))
    assert judge(shuffled, claim) == judge(fixes, claim)


@pytest.mark.parametrize("fix,reason", [
    (Fix(math.nan, 30.05, 20), "fix_not_a_number"),
    (Fix("112.05", 30.05, 20), "fix_not_a_number"),
    (Fix(112.05, 30.05, None), "fix_not_a_number"),
    (Fix(True, 30.05, 20), "fix_not_a_number"),
    (Fix(112.05, 30.05, math.inf), "fix_not_a_number"),
    (Fix(0, 0, 20), "fix_zero"),
    (Fix(112.05, 30.05, -1), "fix_out_of_range"),
    (Fix(30.05, 112.05, 20), "fix_out_of_range"),
    (Fix(112.05, 30.05, 20, datum="gcj02"), "fix_datum"),
    (Fix(112.05, 30.05, 20, datum=None), "fix_datum"),
    (Fix(112.05, 30.05, 20, source="manual"), "fix_source"),
    (Fix(112.05, 30.05, 20, source=["gps"]), "fix_source"),
    (Fix(112.05, 30.05, 20, age_s=None), "fix_no_time"),
    (Fix(112.05, 30.05, 20, age_s=300.001), "fix_stale"),
    (Fix(112.05, 30.05, 20, age_s=-300.001), "fix_stale"),
    (Fix(112.05, 30.05, 100.001), "fix_inaccurate"),
    (Fix(112.05, 30.05, 100, age_s=300), None),
])
def test_a_fix_that_proves_nothing_is_left_out_for_a_reason(fix: Fix, reason: str | None) -> None:
    assert unusable_because(fix, PARAMS) == reason
    assert judge([fix, fix]).unusable == (((reason, 2),) if reason else ())
    if reason:
        assert all(texts.text(language, "register", f"place.{reason}") for language in texts.LANGUAGES)


def test_a_demonstration_position_counts_only_where_the_round_says_so() -> None:
    fix = replace(INSIDE_WEST, source="demo")
    demo = PlaceParams.of({"fix_sources": ["gps", "demo"], "min_minutes": 30})
    assert judge([fix, fix]).result == "nofix"
    assert place_of_visit([fix, fix], "west", SURVEYED, demo).result == "inside"


def test_the_age_of_a_fix_is_between_its_own_time_and_the_messages() -> None:
    body = {"lon": 112.05, "lat": 30.05, "acc": 20, "t": "2026-11-23T01:00:00.000Z", "datum": "wgs84", "source": "gps"}
    assert Fix.of(body, "2026-11-23T01:05:00.000Z") == Fix(112.05, 30.05, 20, 300.0)
    assert Fix.of({**body, "t": 17}, "2026-11-23T01:05:00.000Z").age_s is None
    assert Fix.of({}, "yesterday") == Fix(None, None, None, None, None, None)


def real_areas() -> Areas:
    """The outlines of Jingzhou, 1.5 to 5 km uncertain."""
    return Areas([Area(u.unit, u.outline, u.boundary_error_m) for u in jingzhou().of_level("township")])


def test_with_the_real_outlines_no_honest_visit_is_rejected() -> None:
    areas = real_areas()
    results = set()
    for unit in jingzhou().of_level("township"):
        point = shape(unit.outline).representative_point()
        place = judge([Fix(point.x, point.y, 30)] * 2, unit.unit, areas)
        assert place.unit == unit.unit and place.result in ("inside", "border")
        results.add((unit.confidence, place.result))
    assert ("guess", "inside") not in results and ("medium", "inside") in results


def test_with_the_real_outlines_a_point_in_the_city_has_many_candidates() -> None:
    place = judge([Fix(112.23, 30.35, 30)] * 2, "none", real_areas())
    assert len(place.candidates) == 11 and {c.result for c in place.candidates} == {"border"}


def test_the_distance_from_the_seat_is_kilometres_on_the_ground() -> None:
    assert distance_from_seat_km(INSIDE_WEST, 112.05, 30.05) == 0
    assert distance_from_seat_km(INSIDE_WEST, 112.05, 30.15) == pytest.approx(11.086, abs=0.002)
