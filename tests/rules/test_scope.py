"""The scope is computed from the register, and whatever is left out is named with its reason (§5.1)."""

from __future__ import annotations

import pytest

from fieldcheck.rules.register_reader import read_register
from fieldcheck.rules.scope import Excluded, Exclusion, UnknownExclusion, is_village, scope
from tests.rules.register_files import Draft, demo_register, jingzhou, jingzhou_files


def names_of_scope(spoil=lambda _: None, exclusions=()) -> tuple[list[str], list[tuple[str, str]]]:
    """Names in scope, and names with reasons outside it."""
    register = demo_register(spoil)
    names = {unit.unit: unit.name for unit in register.units}
    found = scope(register, exclusions)
    return [names[u] for u in found.included], [(names[e.unit], e.reason) for e in found.excluded]


def test_towns_and_townships_are_in_scope_and_a_subdistrict_without_village_is_not() -> None:
    assert names_of_scope() == (["演示镇", "演示乡"], [("演示街道", "no_village")])


@pytest.mark.parametrize("code,name", [("420101001200", "演示居委会"), ("420101001099", "演示园艺场村")])
def test_one_village_brings_a_subdistrict_into_scope(code: str, name: str) -> None:
    included, excluded = names_of_scope(lambda d: d.villages.append([code, name, "420101001", "", ""]))
    assert "演示街道" in included and not excluded


def test_one_listed_household_brings_a_subdistrict_into_scope() -> None:
    included, _ = names_of_scope(lambda d: d.townships["features"][1]["properties"].update(listed_households=1))
    assert "演示街道" in included


def test_a_town_stays_in_scope_without_any_village() -> None:
    included, _ = names_of_scope(lambda d: d.villages.pop(1))
    assert "演示镇" in included


def test_an_exclusion_by_name_outweighs_the_kind_and_carries_its_own_reason() -> None:
    included, excluded = names_of_scope(exclusions=[Exclusion("420101100", "洪水"), Exclusion("420101001", "prison")])
    assert (included, excluded) == (["演示乡"], [("演示街道", "prison"), ("演示镇", "洪水")])


@pytest.mark.parametrize("exclusions", [["420101999"], ["420101"], ["420101100", "420101100"]])
def test_an_exclusion_of_an_unknown_unit_or_of_one_twice_is_refused(exclusions: list[str]) -> None:
    with pytest.raises(UnknownExclusion):
        scope(demo_register(), [Exclusion(code, "why") for code in exclusions])


@pytest.mark.parametrize("code,name,village", [
    ("421024103216", "业新村村民委员", True),
    ("421071001205", "园艺场村", True),
    ("421081002201", "国强村委会", True),
    ("421002005014", "燎原新村社区居民委员会", False),
    ("421071001005", "津东新村居委会", False),
    ("421024200500", "文村渔场生活区", False),
    ("", "", False),
])
def test_a_village_is_known_by_its_code_or_by_how_its_name_ends(code: str, name: str, village: bool) -> None:
    assert is_village(code, name) is village


def test_113_of_the_129_real_townships_are_in_scope_and_the_prison_is_left_out_by_name() -> None:
    reading = read_register(jingzhou_files())
    register = jingzhou()
    found = scope(register, reading.exclusions)
    assert (len(found.included), len(found.excluded)) == (113, 16)
    by_id = {unit.unit: unit for unit in register.units}
    assert {by_id[e.unit].name for e in found.excluded if e.reason != "no_village"} == {"江北监狱"}
    assert all(by_id[e.unit].kind not in ("镇", "乡") for e in found.excluded)
    assert Excluded(next(u.unit for u in register.units if u.code == "421024450"), "prison") in found.excluded


def test_the_scope_is_written_as_the_log_carries_it() -> None:
    found = scope(demo_register())
    assert found.document() == {"included": list(found.included),
                                "excluded": [{"unit": found.excluded[0].unit, "reason": "no_village"}]}


def test_exclusions_are_read_with_their_faults_by_row() -> None:
    files = Draft().files() | {"exclusions.csv": "code,reason\n420101100,洪水\n1,x\n420101100,y\n420102200,\n".encode()}
    reading = read_register(files)
    assert reading.exclusions == (Exclusion("420101100", "洪水"),)
    assert [(f.row, f.code) for f in reading.faults] == [(3, "unknown_exclusion"), (4, "duplicate_code"), (5, "missing_reason")]
