"""Maps as lines: everything on the paper, circles true to scale, households no finer than 500 m where asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fieldcheck.rules.sketch import close_up, coarse, overview
from tests.world import square

FIX = {"lon": 112.05, "lat": 30.05, "acc": 20.0}
#: Metres of a degree at 30° north, by the ellipsoid: east, north.
EAST_M, NORTH_M = 96_486, 110_852


def test_the_whole_township_and_every_position_are_on_the_paper() -> None:
    drawn = overview({"a": square(112.0, 30.0)}, [FIX, {**FIX, "lon": 112.3}], 400, 300)
    assert drawn is not None and [name for name, _ in drawn.areas] == ["a"]
    xs = [float(x) for x in drawn.areas[0][1].strip("MZ").split(" ")[::2]]
    assert min(xs) >= 0 and all(0 <= spot.x <= 400 and 0 <= spot.y <= 300 for spot in drawn.spots)
    assert drawn.spots[0].x < drawn.spots[1].x


def test_a_circle_is_as_large_as_the_bar_says() -> None:
    drawn = close_up({}, [FIX], 400, 300)
    assert drawn is not None
    assert abs(drawn.spots[0].error / drawn.bar - 20 / drawn.bar_m) < 0.02
    assert str(drawn.bar_m)[0] in "125" and 20 < drawn.bar < 400


def test_nothing_to_draw_is_no_picture() -> None:
    assert overview({}, [], 400, 300) is None and close_up({"a": square(112.0, 30.0)}, [], 400, 300) is None


@given(st.floats(111, 114), st.floats(29, 31))
def test_positions_within_500_m_cannot_be_told_apart_once_coarse(lon: float, lat: float) -> None:
    moved = coarse({**FIX, "lon": lon, "lat": lat})
    again = coarse({**FIX, "lon": moved["lon"] + 0.0025, "lat": moved["lat"] + 0.0024})
    assert (moved["lon"], moved["lat"]) == (again["lon"], again["lat"])
    assert moved["acc"] >= 500
    assert abs(moved["lon"] - lon) * EAST_M < 300 and abs(moved["lat"] - lat) * NORTH_M < 300
