"""Every fault of a register is named by file, row and a stable code; nothing that a file holds can crash the reader."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldcheck import texts
from fieldcheck.rules.datum import gcj02_of
from fieldcheck.rules.outline_reader import PROBLEMS, read_outline
from fieldcheck.rules.register_faults import FAULTS, Fault
from fieldcheck.rules.register_reader import REGISTER_FILES, read_register
from tests.rules.register_files import Draft, demo_register, feature, jingzhou_files, square

COUNTIES, TOWNSHIPS, VILLAGES, ABOUT = "counties.geojson", "townships.geojson", "villages.csv", "register.json"


def draw(*ring: tuple[float, float]) -> dict[str, Any]:
    """A polygon of one ring as it is written."""
    return {"type": "Polygon", "coordinates": [[list(position) for position in ring]]}


def town(draft: Draft, geometry: Any = None, **properties: Any) -> None:
    """Change the first township's outline or properties."""
    target = draft.townships["features"][0]
    target["properties"].update(properties)
    if geometry is not None:
        target["geometry"] = geometry


def without(draft: Draft, name: str) -> None:
    """Take a property from the first township."""
    del draft.townships["features"][0]["properties"][name]


def crs(name: str) -> dict[str, Any]:
    """The crs member of GeoJSON before RFC 7946."""
    return {"type": "name", "properties": {"name": name}}


BOW = draw((112.0, 30.0), (112.1, 30.1), (112.1, 30.0), (112.0, 30.1), (112.0, 30.0))
METRES = draw((3_329_000, 510_000), (3_330_000, 510_000), (3_330_000, 511_000), (3_329_000, 510_000))
SWAPPED = draw((30.0, 112.0), (30.0, 112.1), (30.1, 112.1), (30.0, 112.0))
HOLE_OUTSIDE = {"type": "Polygon", "coordinates": [square(112.0, 30.0)["coordinates"][0], square(112.5, 30.5, 0.01)["coordinates"][0]]}



def ring(lon: float, lat: float, side: float) -> list[list[float]]:
    """The one ring of a square."""
    return square(lon, lat, side)["coordinates"][0]


Spoil = Callable[[Draft], Any]
FOUND: dict[str, tuple[Spoil, str, int | None, str]] = {
    "code twice": (lambda d: d.villages.append(d.villages[1]), VILLAGES, 5, "duplicate_code"),
    "orphan township": (lambda d: town(d, county_code="420109"), TOWNSHIPS, 1, "orphan_township"),
    "orphan village": (lambda d: d.villages[1].__setitem__(2, "420101109"), VILLAGES, 2, "orphan_village"),
    "township without county": (lambda d: without(d, "county_code"), TOWNSHIPS, 1, "orphan_township"),
    "code of another county": (lambda d: town(d, county_code="420102"), TOWNSHIPS, 1, "code_prefix"),
    "no villages": (lambda d: d.villages.pop(1), TOWNSHIPS, 1, "township_without_villages"),
    "no townships": (lambda d: town(d, county_code="420102") or town_two(d), COUNTIES, 1, "county_without_townships"),
    "bow tie": (lambda d: town(d, BOW), TOWNSHIPS, 1, "invalid_outline"),
    "hole outside": (lambda d: town(d, HOLE_OUTSIDE), TOWNSHIPS, 1, "invalid_outline"),
    "open ring": (lambda d: town(d, draw((112, 30), (112.1, 30), (112.1, 30.1), (112, 30.1))), TOWNSHIPS, 1, "invalid_outline"),
    "a line": (lambda d: town(d, draw((112, 30), (112.1, 30), (112, 30))), TOWNSHIPS, 1, "invalid_outline"),
    "overlap": (lambda d: town(d, square(112.0, 30.0, 0.11)), TOWNSHIPS, 2, "overlapping_outlines"),
    "metres": (lambda d: town(d, METRES), TOWNSHIPS, 1, "projected_coordinates"),
    "swapped": (lambda d: town(d, SWAPPED), TOWNSHIPS, 1, "swapped_coordinates"),
    "NaN": (lambda d: d.townships["features"][0]["geometry"]["coordinates"][0][1].__setitem__(0, float("nan")),
            TOWNSHIPS, 1, "bad_coordinates"),
    "zero": (lambda d: town(d, draw((0, 0), (112.1, 30), (112.1, 30.1), (0, 0))), TOWNSHIPS, 1, "zero_coordinates"),
    "beyond the pole": (lambda d: town(d, draw((112, 95), (112.1, 95), (112.1, 96), (112, 95))), TOWNSHIPS, 1, "coordinates_out_of_range"),
    "in Europe": (lambda d: town(d, square(12.0, 48.0)), TOWNSHIPS, 1, "outside_china"),
    "a point": (lambda d: town(d, {"type": "Point", "coordinates": [112, 30]}), TOWNSHIPS, 1, "unreadable_outline"),
    "text as numbers": (lambda d: town(d, draw(("112", "30"))), TOWNSHIPS, 1, "unreadable_outline"),
    "no outline": (lambda d: d.townships["features"][0].update(geometry=None), TOWNSHIPS, 1, "no_outline"),
    "no code": (lambda d: without(d, "code"), TOWNSHIPS, 1, "missing_code"),
    "code of Excel": (lambda d: d.villages[1].__setitem__(0, "4.20101E+11"), VILLAGES, 2, "bad_code"),
    "village code of 9": (lambda d: d.villages[1].__setitem__(0, "420101100"), VILLAGES, 2, "bad_code"),
    "no name": (lambda d: town(d, name=" "), TOWNSHIPS, 1, "missing_name"),
    "no kind": (lambda d: without(d, "kind"), TOWNSHIPS, 1, "kind_from_code"),
    "no kind, no hint": (lambda d: (without(d, "kind"), town(d, code="420101700")), TOWNSHIPS, 1, "missing_kind"),
    "error as words": (lambda d: town(d, boundary_error_m="about 5 km"), TOWNSHIPS, 1, "bad_number"),
    "error below zero": (lambda d: town(d, boundary_error_m=-1), TOWNSHIPS, 1, "bad_number"),
    "half a household": (lambda d: town(d, listed_households=1.5), TOWNSHIPS, 1, "bad_number"),
    "seat at zero": (lambda d: town(d, seat_lon=0, seat_lat=0), TOWNSHIPS, 1, "zero_coordinates"),
    "village NaN": (lambda d: d.villages[1].__setitem__(3, "nan"), VILLAGES, 2, "bad_number"),
    "half a point": (lambda d: d.villages[1].__setitem__(4, ""), VILLAGES, 2, "half_point"),
    "village swapped": (lambda d: d.villages[1].__setitem__(slice(3, 5), ["30.05", "112.05"]), VILLAGES, 2, "swapped_coordinates"),
    "short row": (lambda d: d.villages[2].pop(), VILLAGES, 3, "bad_row"),
    "no column": (lambda d: d.villages[0].__setitem__(2, "town"), VILLAGES, 1, "missing_column"),
    "GBK": (lambda d: d.more.update({VILLAGES: "code,name,township_code\n420101100200,村,".encode("gbk")}), VILLAGES, 2, "not_utf8"),
    "Gauss-Krueger": (lambda d: d.townships.update(crs=crs("urn:ogc:def:crs:EPSG::4547")), TOWNSHIPS, None, "wrong_crs"),
    "GCJ-02 said": (lambda d: d.about.update(datum="GCJ-02"), ABOUT, None, "wrong_crs"),
    "UTM by name": (lambda d: d.counties.update(crs=crs("WGS 84 / UTM zone 49N")), COUNTIES, None, "wrong_crs"),
    "crs unsaid": (lambda d: d.about.pop("datum"), TOWNSHIPS, None, "missing_crs"),
    "cut off": (lambda d: d.more.update({TOWNSHIPS: b'{"type":\n"FeatureColl'}), TOWNSHIPS, 2, "not_json"),
    "no collection": (lambda d: d.more.update({TOWNSHIPS: b'{"type": "Topology"}'}), TOWNSHIPS, None, "not_features"),
    "no properties": (lambda d: d.townships["features"].append(7), TOWNSHIPS, 4, "not_features"),
    "sources as text": (lambda d: d.about.update(attribution="AMap"), ABOUT, None, "not_about"),
    "source of nothing known": (lambda d: d.about["attribution"][0].update(of="lines"), ABOUT, None, "not_about"),
    "about is a list": (lambda d: setattr(d, "about", [1]), ABOUT, None, "not_about"),
}


def town_two(draft: Draft) -> None:
    """Move the second township to the other county too."""
    draft.townships["features"][1]["properties"].update(county_code="420102")


@pytest.mark.parametrize("name", FOUND)
def test_a_fault_is_named_by_file_row_and_code(name: str) -> None:
    spoil, file, row, code = FOUND[name]
    reading = read_register(Draft().spoilt(spoil), "demo")
    found = [fault for fault in reading.faults if (fault.file, fault.row, fault.code) == (file, row, code)]
    assert found, reading.faults
    assert (reading.register is None) == any(fault.severity == "error" for fault in reading.faults)
    for language in texts.languages():
        assert all(texts.text(language, "register", fault.key, **fault.values) for fault in reading.faults)
    json.dumps([fault.document() for fault in reading.faults], allow_nan=False)


INVALID: dict[str, list[Any]] = {
    "self_intersection": [[BOW["coordinates"][0]]],
    "ring_self_intersection": [[[[112, 30], [112.1, 30], [112.1, 30.1], [112.05, 30.05], [112, 30.1], [112.05, 30.05], [112, 30]]]],
    "hole_outside": [HOLE_OUTSIDE["coordinates"]],
    "nested_holes": [[ring(112.0, 30.0, 0.1), ring(112.02, 30.02, 0.06), ring(112.04, 30.04, 0.01)]],
    "nested_parts": [[ring(112.0, 30.0, 0.1)], [ring(112.02, 30.02, 0.01)]],
    "split_inside": [[ring(112.0, 30.0, 0.1), [[112.0, 30.05], [112.05, 30.1], [112.1, 30.05], [112.05, 30.0], [112.0, 30.05]]]],
    "open_ring": [[ring(112.0, 30.0, 0.1)[:-1]]],
    "too_few_points": [[[[112, 30], [112.1, 30], [112, 30]]]],
}


@pytest.mark.parametrize("problem", INVALID)
def test_an_outline_that_encloses_no_clear_area_is_named_by_what_is_wrong_with_it(problem: str) -> None:
    _, faults = read_outline({"type": "MultiPolygon", "coordinates": INVALID[problem]})
    assert [(code, values["problem"]) for code, values in faults] == [("invalid_outline", problem)]


def test_a_hole_and_the_enclave_in_it_are_no_fault() -> None:
    around = {"type": "Polygon", "coordinates": [ring(112.0, 30.0, 0.1), ring(112.04, 30.04, 0.02)]}
    files = Draft().spoilt(lambda d: (town(d, around), d.townships["features"][1].update(geometry=square(112.04, 30.04, 0.02))))
    assert read_register(files).faults == ()


def test_an_enclave_that_the_outline_around_it_does_not_leave_out_is_named_as_an_overlap() -> None:
    files = Draft().spoilt(lambda d: d.townships["features"][1].update(geometry=square(112.04, 30.04, 0.02)))
    assert [(fault.row, fault.code) for fault in read_register(files).faults] == [(2, "overlapping_outlines")]


def test_outlines_shifted_as_a_web_map_of_china_shifts_them_cannot_be_told_from_others_and_the_unsaid_frame_is_named() -> None:
    """Nobody can see a shift of 600 m in lines alone; only the frame that a file does not name can be asked for."""
    def shifted(draft: Draft) -> None:
        town(draft, square(*gcj02_of(112.0, 30.0)))
        draft.townships["features"][1]["geometry"] = square(112.2, 30.2)

    assert read_register(Draft().spoilt(shifted)).faults == ()
    unsaid = read_register(Draft().spoilt(lambda d: (shifted(d), d.about.pop("datum")))).faults
    assert {fault.code for fault in unsaid} == {"missing_crs"}


def test_the_small_register_of_these_tests_has_no_fault() -> None:
    assert read_register(Draft().files()).faults == ()


@pytest.mark.parametrize("name", ["counties.geojson", "townships.geojson", "villages.csv"])
def test_a_missing_file_is_named_alone(name: str) -> None:
    files = Draft().files()
    del files[name]
    assert read_register(files).faults == (Fault(name, None, "missing_file"),)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4490", "WGS84"])
def test_degrees_of_wgs84_and_of_chinas_own_frame_are_accepted(name: str) -> None:
    def state(draft: Draft) -> None:
        del draft.about["datum"]
        draft.counties["crs"] = draft.townships["crs"] = crs(name)

    assert read_register(Draft().spoilt(state)).faults == ()


def test_another_coordinate_system_is_named_once_and_not_again_in_every_row() -> None:
    def project(draft: Draft) -> None:
        town(draft, METRES)
        draft.townships["crs"] = crs("EPSG:32649")

    assert [(f.row, f.code) for f in read_register(Draft().spoilt(project)).faults] == [(None, "wrong_crs")]


def test_both_overlapping_outlines_are_named_and_the_overlap_can_be_accepted() -> None:
    files = Draft().spoilt(FOUND["overlap"][0])
    (fault,) = read_register(files).faults
    assert fault.values == {"name": "演示街道", "other": "演示镇", "other_row": 1, "area_m2": pytest.approx(1.07e7, rel=0.01)}
    accepted = read_register(files, allow_overlaps=True)
    assert [f.code for f in accepted.faults] == ["overlap_accepted"] and accepted.register is not None


def test_a_sliver_between_neighbours_is_no_overlap() -> None:
    # 9 cm wide along 11 km.
    files = Draft().spoilt(lambda d: town(d, square(112.0, 30.0, 0.1000009)))
    assert read_register(files).faults == ()


def test_the_edition_falls_back_to_the_callers_name_and_spaces_are_trimmed() -> None:
    register = read_register(Draft().spoilt(lambda d: (d.about.pop("edition"), town(d, name=" 演示镇 "))), "2026-06").register
    assert register.edition == "2026-06" and register == demo_register(lambda d: d.about.update(edition="2026-06"))


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_fault_has_its_sentence(language: str) -> None:
    written = texts.catalogue(language, "register")
    keys = {f"fault.{code}" for code in FAULTS if code != "invalid_outline"}
    keys |= {f"fault.invalid_outline.{problem}" for problem in [*PROBLEMS.values(), "open_ring", "too_few_points", "other"]}
    assert keys == {key for key in written if key.startswith("fault.")}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "coordinates", "x"]), inner, max_size=3),
    max_leaves=20)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["Polygon", "MultiPolygon", "Point"]), ANYTHING)
def test_no_geometry_crashes_the_reader(kind: str, coordinates: Any) -> None:
    outline, faults = read_outline({"type": kind, "coordinates": coordinates})
    assert outline is not None or faults


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(REGISTER_FILES), st.binary(max_size=60) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_no_file_crashes_the_reader(name: str, content: bytes) -> None:
    reading = read_register(Draft().files() | {name: content}, "demo")
    assert reading.register is not None or reading.faults


def test_what_the_real_files_would_look_like_in_another_projection_is_named_row_by_row() -> None:
    files = jingzhou_files()
    collection = json.loads(files[TOWNSHIPS])
    collection["features"] = [feature(METRES, **f["properties"]) for f in collection["features"]]
    faults = read_register(files | {TOWNSHIPS: json.dumps(collection).encode()}).faults
    assert [(f.row, f.code) for f in faults] == [(row, "projected_coordinates") for row in range(1, 130)]
