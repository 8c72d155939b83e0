"""The frame of positions: what GCJ-02 makes of a place is taken back within centimetres, and never guessed."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from fieldcheck.rules.datum import (
    EAST, NORTH, SOUTH, WEST, can_tell, expected_shift, gcj02_of, in_wgs84, shift_between, verdict, wgs84_of_gcj02,
)

CASES = json.loads((Path(__file__).parent / "datum_cases.json").read_text("utf-8"))
GEODESICS = json.loads((Path(__file__).parent / "geodesic_cases.json").read_text("utf-8"))
FIX = {"fix": "f", "purpose": "start", "acc": 8.0, "t": "2026-11-23T02:00:00.000Z", "source": "gps"}


@pytest.mark.parametrize("case", CASES["shifts"], ids=lambda case: case["name"])
def test_a_place_is_shifted_as_independent_implementations_shift_it(case):
    assert shift_between(*gcj02_of(*case["wgs84"]), *case["gcj02"]).metres < 0.001
    assert shift_between(*wgs84_of_gcj02(*case["gcj02"]), *case["wgs84"]).metres < 0.001


@pytest.mark.parametrize("case", CASES["outside"], ids=lambda case: case["name"])
def test_outside_china_nothing_is_shifted(case):
    assert gcj02_of(*case["wgs84"]) == wgs84_of_gcj02(*case["wgs84"]) == tuple(case["wgs84"])


@given(st.floats(WEST, EAST), st.floats(SOUTH, NORTH))
def test_the_way_back_ends_within_half_a_metre_everywhere_in_the_box(lon, lat):
    assert shift_between(lon, lat, *wgs84_of_gcj02(*gcj02_of(lon, lat))).metres < 0.5


@given(st.floats(WEST, EAST), st.floats(SOUTH, NORTH))
def test_nothing_is_shifted_further_than_a_kilometre(lon, lat):
    assert expected_shift(lon, lat).metres < 1000


@given(st.floats(), st.floats())
def test_the_way_back_ends_whatever_it_is_given(lon, lat):
    found = wgs84_of_gcj02(lon, lat)
    assert all(math.isfinite(value) for value in found) or found[0] is lon or found[1] is lat


@pytest.mark.parametrize("case", CASES["verdicts"], ids=lambda case: case["name"])
def test_a_shift_is_recognised_or_called_odd(case):
    assert verdict(*case["known"], *case["said"]) == case["verdict"]


@given(st.floats(0, 360), st.floats(0, 99))
def test_whoever_is_within_a_hundred_metres_is_right(bearing, metres):
    there = Geodesic.WGS84.Direct(30.335, 112.239, bearing, metres)
    assert verdict(112.239, 30.335, there["lon2"], there["lat2"]) == "wgs84"


def test_a_point_where_the_frames_lie_close_cannot_tell_them_apart():
    assert can_tell(112.239, 30.335) and can_tell(-0.1276, 51.5072)
    assert not can_tell(96.5, 2.25)


@pytest.mark.parametrize("case", GEODESICS, ids=lambda case: case["name"])
def test_the_distances_that_the_phone_is_held_to_are_those_of_geographiclib(case):
    (lon, lat), (to_lon, to_lat) = case["from"], case["to"]
    found = Geodesic.WGS84.Inverse(lat, lon, to_lat, to_lon)
    assert found["s12"] == pytest.approx(case["metres"], abs=0.001)
    assert case["metres"] == 0 or found["azi1"] % 360 == pytest.approx(case["bearing"], abs=1e-6)


def test_a_fix_in_gcj02_is_judged_by_what_the_server_makes_of_what_the_receiver_gave():
    lon, lat = gcj02_of(112.05, 30.05)
    found = in_wgs84({**FIX, "lon": lon, "lat": lat, "datum": "gcj02", "wgs84": {"lon": 112.06, "lat": 30.05}})
    assert shift_between(112.05, 30.05, found["lon"], found["lat"]).metres < 0.01
    assert found["datum"] == "wgs84" and found["given"]["lon"] == lon and "wgs84" not in found
    assert found["given"]["off_m"] == pytest.approx(964.9, abs=1), "the phone's own conversion was another"


def test_a_fix_in_wgs84_and_one_of_an_unknown_frame_stay_as_they_are():
    for datum in ("wgs84", "untested", "odd"):
        body = {**FIX, "lon": 112.05, "lat": 30.05, "datum": datum}
        assert in_wgs84(body) == body
