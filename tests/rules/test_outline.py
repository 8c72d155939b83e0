"""Distances to outlines are metres on the ground, and every area within reach is found."""

from __future__ import annotations

import math
from functools import cache
from random import Random

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldcheck.rules.outline import Area, Areas, signed_distance_m, square_metres
from shapely.geometry import shape
from tests.rules.register_files import jingzhou, square

SQUARE = square(112.0, 30.0)
TRIANGLE = {"type": "Polygon", "coordinates": [[[112.0, 30.0], [112.13, 30.02], [112.07, 30.11], [112.0, 30.0]]]}
RING = {"type": "Polygon", "coordinates": [square(112.0, 30.0)["coordinates"][0], square(112.04, 30.04, 0.02)["coordinates"][0]]}
ENCLAVE = square(112.04, 30.04, 0.02)
ISLANDS = {"type": "MultiPolygon", "coordinates": [square(112.0, 30.0, 0.01)["coordinates"], square(112.05, 30.0, 0.01)["coordinates"]]}


def geodesic_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """The distance on the ellipsoid, by another library."""
    return Geodesic.WGS84.Inverse(lat, lon, other_lat, other_lon, Geodesic.DISTANCE)["s12"]


def distance_by_search(outline: dict, lon: float, lat: float) -> float:
    """The geodesic distance to an outline's edge, found by searching along each straight line in degrees."""
    corners = outline["coordinates"][0]
    return min(_distance_to_line(lon, lat, *ends) for ends in zip(corners, corners[1:]))


def _distance_to_line(lon: float, lat: float, start: list[float], end: list[float]) -> float:
    def at(share: float) -> float:
        return geodesic_m(lon, lat, start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)

    nearest = min(range(21), key=lambda step: at(step / 20)) / 20
    low, high = max(0.0, nearest - 0.05), min(1.0, nearest + 0.05)
    for _ in range(30):
        third = (high - low) / 3
        low, high = (low, high - third) if at(low + third) < at(high - third) else (low + third, high)
    return at((low + high) / 2)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([SQUARE, TRIANGLE]), st.floats(-0.05, 0.18), st.floats(-0.05, 0.16))
def test_a_distance_is_the_geodesic_one_within_a_metre(outline: dict, east: float, north: float) -> None:
    lon, lat = 112.0 + east, 30.0 + north
    measured = signed_distance_m(outline, lon, lat)
    assert abs(measured) == pytest.approx(distance_by_search(outline, lon, lat), abs=0.1)


def test_in_a_whole_country_a_distance_near_an_edge_is_off_by_less_than_a_metre() -> None:
    corners = {"south": square(109.0, 18.2), "north": square(122.0, 53.0), "middle": SQUARE}
    areas = Areas([Area(name, outline, 5000) for name, outline in corners.items()])
    for name, outline in corners.items():
        lon, lat = outline["coordinates"][0][2][0] + 0.03, outline["coordinates"][0][2][1] + 0.03
        (reach,) = areas.near(lon, lat)
        assert reach.unit == name
        assert -reach.distance_m == pytest.approx(distance_by_search(outline, lon, lat), abs=0.7)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2), st.floats(0.02, 0.98), st.floats(1.0, 200.0))
def test_the_sign_turns_at_the_edge(side: int, share: float, metres: float) -> None:
    corners = TRIANGLE["coordinates"][0]
    start, end = corners[side], corners[side + 1]
    lon, lat = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
    bearing = Geodesic.WGS84.Inverse(start[1], start[0], end[1], end[0])["azi1"]
    inside, outside = (Geodesic.WGS84.Direct(lat, lon, bearing + turn, metres) for turn in (-90, 90))
    assert 0 < signed_distance_m(TRIANGLE, inside["lon2"], inside["lat2"]) <= metres + 0.1
    assert -metres - 0.1 <= signed_distance_m(TRIANGLE, outside["lon2"], outside["lat2"]) < 0


def test_a_corner_and_an_edge_have_distance_zero() -> None:
    assert signed_distance_m(SQUARE, 112.0, 30.0) == pytest.approx(0, abs=1e-6)
    assert signed_distance_m(SQUARE, 112.0, 30.05) == pytest.approx(0, abs=1e-6)


def test_a_hole_is_outside_and_an_enclave_in_it_is_inside_its_own_unit() -> None:
    areas = Areas([Area("town", RING), Area("farm", ENCLAVE)])
    in_farm = {reach.unit: reach.distance_m for reach in areas.near(112.042, 30.042)}
    assert in_farm["farm"] == pytest.approx(192.8, abs=0.5)
    assert in_farm["town"] == pytest.approx(-in_farm["farm"], abs=1e-6)


def test_every_part_of_a_unit_counts_and_between_the_parts_is_outside() -> None:
    assert signed_distance_m(ISLANDS, 112.005, 30.005) > 0
    assert signed_distance_m(ISLANDS, 112.055, 30.005) > 0
    assert signed_distance_m(ISLANDS, 112.03, 30.005) == pytest.approx(-1929.7, abs=1)


def test_overlapping_areas_are_both_found() -> None:
    areas = Areas([Area("one", SQUARE), Area("other", square(112.05, 30.0))])
    assert [reach.unit for reach in areas.near(112.07, 30.05)] == ["one", "other"]
    assert all(reach.distance_m > 0 for reach in areas.near(112.07, 30.05))


def test_the_reach_of_an_area_is_the_border_and_its_own_error() -> None:
    areas = Areas([Area("surveyed", SQUARE), Area("drawn", square(112.3, 30.0), 1500)], border_out_m=300)
    degree = geodesic_m(112.1, 30.05, 113.1, 30.05)
    assert [r.unit for r in areas.near(112.1 + 299 / degree, 30.05)] == ["surveyed"]
    assert areas.near(112.1 + 301 / degree, 30.05) == []
    assert [r.unit for r in areas.near(112.3 - 1799 / degree, 30.05)] == ["drawn"]
    assert areas.near(112.3 - 1801 / degree, 30.05) == []


@pytest.mark.parametrize("lon,lat", [(math.nan, 30.0), (112.0, math.inf), (0.0, 0.0), (-112.0, -30.0), (112.0, 90.0)])
def test_what_is_no_place_near_is_near_nothing(lon: float, lat: float) -> None:
    assert Areas([Area("one", SQUARE)]).near(lon, lat) == []


def test_no_areas_are_near_nothing() -> None:
    assert Areas([]).near(112.0, 30.0) == [] and "one" not in Areas([])


@pytest.mark.parametrize("areas", [
    [Area("one", SQUARE), Area("one", TRIANGLE)],
    [Area("one", {"type": "Point", "coordinates": [112.0, 30.0]})],
    [Area("one", {"type": "Polygon", "coordinates": []})],
])
def test_areas_that_cannot_be_judged_are_refused(areas: list[Area]) -> None:
    with pytest.raises(ValueError):
        Areas(areas)


@cache
def jingzhou_areas() -> tuple[list[Area], Areas]:
    """The real townships, one by one and prepared together."""
    areas = [Area(unit.unit, unit.outline, unit.boundary_error_m) for unit in jingzhou().of_level("township")]
    return areas, Areas(areas)


def test_among_all_areas_the_same_ones_are_found_as_by_asking_each() -> None:
    areas, together = jingzhou_areas()
    alone = [Areas([area]) for area in areas]
    random = Random(4210)
    for _ in range(60):
        lon, lat = random.uniform(111.2, 114.1), random.uniform(29.4, 30.7)
        asked = {reach.unit: reach.distance_m for one in alone for reach in one.near(lon, lat)}
        found = {reach.unit: reach.distance_m for reach in together.near(lon, lat)}
        assert found.keys() == asked.keys()
        assert all(found[unit] == pytest.approx(asked[unit], abs=0.5) for unit in found)


def test_the_real_townships_have_the_area_of_the_city() -> None:
    areas, _ = jingzhou_areas()
    assert sum(square_metres(shape(area.outline)) for area in areas) / 1e6 == pytest.approx(14_086, rel=0.002)


def test_what_lies_beside_an_area_touches_it_or_comes_within_the_border():
    areas = Areas([Area("own", SQUARE), Area("touching", square(112.1, 30.0)), Area("200 m off", square(112.0, 30.102)),
                   Area("a kilometre off", square(111.889, 30.0)), Area("inside", ENCLAVE)])
    assert areas.beside("own") == ["touching", "200 m off", "inside"]
    assert areas.beside("touching") == ["own", "200 m off"], "they meet in a corner"
    assert areas.beside("unknown") == []


def test_the_real_townships_have_each_other_for_neighbours():
    areas = Areas(Area(unit.code, unit.outline, unit.boundary_error_m) for unit in jingzhou().units if unit.level == "township" and unit.outline)
    beside = {unit: areas.beside(unit) for unit in areas.units}
    assert all(unit in beside[other] for unit, others in beside.items() for other in others)
    assert 3 <= sum(map(len, beside.values())) / len(beside) <= 8
