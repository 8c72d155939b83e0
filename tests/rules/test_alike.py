"""What a visit is held against raises a flag where the figures say so and not one step before."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from fieldcheck.rules.alike import (
    Beside, Listed, Pair, Sheet, Spot, answers_alike, household_again, listed_of, photo_alike, position_shifted, sheets_of_visit, spots_of,
    spots_shared,
)
from fieldcheck.rules.datum import gcj02_of, wgs84_of_gcj02
from fieldcheck.rules.learned_place import Lesson, learned

METRE = 1 / 111_320
CHECKLIST = {"params": {}, "questions": [
    *({"code": f"H{n}", "level": "household", "type": "single", "negative_when": {"op": "in", "value": ["bad"]}} for n in range(5)),
    {"code": "H9", "level": "household", "type": "number", "negative_when": None},
    {"code": "V1", "level": "village", "type": "number", "negative_when": None}]}


def fix(number: int, lon: float, lat: float, acc: float = 6.0, household: str | None = None) -> dict[str, Any]:
    """A usable position of phone d."""
    at = f"2026-11-23T01:{number:02}:00.000Z"
    return {"fix": f"f{number}", "lon": lon, "lat": lat, "acc": acc, "t": at, "at": at, "datum": "wgs84", "source": "gps",
            "device": "d", "reopened": False, **({"household": household} if household else {})}


def visit(spots: list[tuple[float, float, float]] = [], answers: list[dict[str, Any]] = [], **more: Any) -> dict[str, Any]:
    """A visit with a household at each spot (metres east, north, accuracy), or with each of these answers."""
    count = max(len(spots), len(answers))
    households = [{"household": f"h{n}", "number": n, "outcome": "complete", "at": "", "seq": n, "device": "d", "reopened": False}
                  for n in range(1, count + 1)]
    fixes = [fix(n, 112 + east * METRE, 0.5 + north * METRE, acc, f"h{n}") for n, (east, north, acc) in enumerate(spots, 1)]
    given = {f"h{n}": {code: {"d": {"state": "answered", "value": value, "line": "x"}} for code, value in said.items()}
             for n, said in enumerate(answers, 1)}
    return {"visit": "v", "devices": ["d"], "households": households, "fixes": fixes, "answers": given, "chosen": {}, "unit": "u",
            "moments": {"identity.disclosed": [], "cadre.arrived": []}, **more}


def test_within_a_visit_only_photos_of_two_households_are_meant() -> None:
    photos = [{"photo": "a", "household": "h1"}, {"photo": "b", "household": "h1"}, {"photo": "c", "household": "h2"}, {"photo": "d"}]
    told = [bool(photo_alike(visit(photos=photos), [Pair("a", "v", other, 3)], {})) for other in "bcd"]
    assert told == [False, True, False]


def drawn(*rows: int, n: int = 40, frame: str = "posted_list", device: str = "d", **more: Any) -> dict[str, Any]:
    """A visit whose households stand on these rows of one list."""
    doc = visit([(0, 0, 6)] * len(rows), **more)
    doc["households"] = [{**one, "draw": 1, "row": row, "device": device} for one, row in zip(doc["households"], rows)]
    return {**doc, "draws": [{"draw": 1, "device": device, "frame": frame, "n": n, "rows": list(rows)}]}


def test_a_household_on_the_same_row_of_as_long_a_list_of_the_village_may_be_the_same() -> None:
    others = listed_of(drawn(3, 9, visit="w"))
    assert others == [Listed("w", "d", 1, 40, 3), Listed("w", "d", 2, 40, 9)]
    assert household_again(drawn(9, 4), others) == {
        "code": "household_again", "figures": {"n": 1, "row": 9, "of": 40, "number": 1, "other": 2}, "visits": ["w"]}
    assert household_again(drawn(3, 9, n=41), others) is household_again(drawn(1, 2), others) is None
    assert listed_of(drawn(3, frame="walk")) == [] and household_again(drawn(3, frame="walk"), others) is None


def test_two_phones_of_a_visit_that_drew_one_row_may_have_asked_the_same_household() -> None:
    one, other = drawn(3, 9), drawn(9, device="e")
    both = {**one, "households": [*one["households"], {**other["households"][0], "number": 101}], "draws": [*one["draws"], *other["draws"]]}
    assert household_again(both, []) == {
        "code": "household_again", "figures": {"n": 1, "row": 9, "of": 40, "number": 2, "other": 101}, "visits": []}
    assert household_again(drawn(9, 9), []) is None  # one phone's second list may be as long as its first


@pytest.mark.parametrize(("bits", "flagged"), [(0, True), (20, True), (21, False)])
def test_photos_that_differ_in_few_bits_are_alike(bits: int, flagged: bool) -> None:
    found = photo_alike(visit(photos=[]), [Pair("p", "w", "q", bits)], {})
    assert found == ({"code": "photo_alike", "figures": {"n": 1, "bits": bits}, "visits": ["w"]} if flagged else None)


@pytest.mark.parametrize(("metres", "acc", "flagged"), [(4.9, 10, True), (5.2, 10, False), (1, 10.5, False)])
def test_households_on_one_spot_are_told_where_both_positions_are_good(metres: float, acc: float, flagged: bool) -> None:
    found = spots_shared(visit([(0, 0, 6), (metres, 0, acc)]), [], {})
    assert (found and found["figures"]) == ({"n": 1, "metres": metres, "number": 1, "other": 2} if flagged else None)


def test_a_household_of_another_visit_on_the_same_spot_names_that_visit() -> None:
    other = Spot("w", "k", 7, 112 + 3 * METRE, 0.5, 5)
    found = spots_shared(visit([(0, 0, 6), (400, 0, 6)]), [other, other._replace(visit="x", acc=40)], {})
    assert found == {"code": "spots_shared", "figures": {"n": 1, "metres": 3.0, "number": 1, "other": 7}, "visits": ["w"]}


def test_a_household_stands_where_its_best_fix_is_and_only_where_it_counts() -> None:
    doc = visit([(0, 0, 30), (50, 0, 6)])
    doc["fixes"].append(fix(9, 112 + 9 * METRE, 0.5, 4, "h1"))
    doc["households"][1]["outcome"] = "refused"
    assert [(spot.household, spot.acc) for spot in spots_of(doc, {})] == [("h1", 4)]


@pytest.mark.parametrize("way", [gcj02_of, wgs84_of_gcj02], ids=["shifted", "shifted back"])
def test_a_visit_off_by_the_shift_of_gcj02_is_told_in_metres(way: Any) -> None:
    lon, lat = 112.2, 30.3
    place = learned([Lesson("w", lon, lat, 40), Lesson("x", lon + 50 * METRE, lat, 40)])
    there = visit(fixes=[fix(n, *way(lon + n * 20 * METRE, lat)) for n in range(4)])
    found = position_shifted(there, place, {})
    assert found and found["visits"] == ["w", "x"] and 450 < found["figures"]["metres"] < 750 and found["figures"]["n"] == 2
    assert position_shifted(there, None, {}) is None
    assert position_shifted(there, place._replace(error_m=400), {}) is None  # type: ignore[union-attr]


@settings(deadline=None)
@given(st.floats(-1500, 1500), st.floats(-1500, 1500))
def test_only_an_offset_like_the_shift_is_called_one(east: float, north: float) -> None:
    lon, lat = 112.2, 30.3
    there = [gcj02_of(lon, lat), wgs84_of_gcj02(lon, lat)]
    spot = lon + east * METRE / 0.8634, lat + north * METRE
    off = min(((spot[0] - x) * 0.8634 / METRE) ** 2 + ((spot[1] - y) / METRE) ** 2 for x, y in there) ** 0.5
    found = position_shifted(visit(fixes=[fix(n, *spot) for n in range(3)]), learned([Lesson("w", lon, lat, 40)]), {})
    if abs(off - 150) > 5:
        assert (found is not None) == (off < 150)


def test_answers_that_speak_of_no_problem_are_not_compared() -> None:
    calm = {f"H{n}": "fine" for n in range(5)} | {"H9": 3}
    assert answers_alike(visit(answers=[calm, calm, calm]), Beside(checklist=CHECKLIST), {}) is None


@pytest.mark.parametrize(("other", "flagged"), [
    ({}, {"pairs": 1, "n": 5, "m": 5}), ({"H4": "bad"}, None), ({"H9": 4}, None), ({"H3": "fine"}, None)])
def test_households_with_the_same_unusual_answers_are_told_with_n_of_m(other: dict[str, Any], flagged: Any) -> None:
    one = {f"H{n}": "bad" for n in range(4)} | {"H4": "fine", "H9": 3}
    found = answers_alike(visit(answers=[one, one | other]), Beside(checklist=CHECKLIST), {})
    assert (found and found["figures"]) == flagged


def test_answers_are_held_against_other_visits_of_the_same_inspectors() -> None:
    one = visit(answers=[{f"H{n}": "bad" for n in range(4)}])
    sheets = sheets_of_visit(one, CHECKLIST)
    assert sheets == [Sheet(frozenset({"H0", "H1", "H2", "H3"}), frozenset((f"H{n}", "'bad'") for n in range(4)))]
    found = answers_alike(one, Beside(sheets={"w": sheets}, checklist=CHECKLIST), {})
    assert found == {"code": "answers_alike", "figures": {"pairs": 1, "n": 4, "m": 4}, "visits": ["w"]}
    assert answers_alike(one, Beside(sheets={"w": sheets}), {}) is None


@given(st.permutations(range(6)))
def test_the_order_of_households_and_spots_changes_no_flag(order: list[int]) -> None:
    random = Random(4)
    spots = [(random.uniform(0, 9), random.uniform(0, 9), 6.0) for _ in range(6)]
    doc = visit(spots)
    mixed = {**doc, "households": [doc["households"][n] for n in order], "fixes": [doc["fixes"][n] for n in order]}
    one, other = spots_shared(doc, [], {}), spots_shared(mixed, [], {})
    assert one and other and {one["figures"][name] for name in ("n", "metres")} == {other["figures"][name] for name in ("n", "metres")}
