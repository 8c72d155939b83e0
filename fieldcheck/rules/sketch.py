"""A map as lines on paper: outlines and positions in the pixels of one picture, so that it needs no script and no tile.

The plane is flat around the picture's middle (equirectangular): over a township's ten kilometres it is off by less than
a line's width. Positions are WGS-84 degrees (``docs/inspection-rules.md`` §5.4), errors metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, floor, log10, radians
from typing import Any, Iterable, Mapping, Sequence

METRES_PER_DEGREE = 111_195.0
#: Screens show a household's position exactly to the reviewer during review only; elsewhere no finer than this.
COARSE_M = 500.0
_COARSE_LON, _COARSE_LAT = 0.0055, 0.005
_MARGIN = 0.06


@dataclass(frozen=True)
class Spot:
    """One position in pixels: ``error`` is the radius of its error circle; ``index`` counts the positions given."""

    index: int
    x: float
    y: float
    error: float


@dataclass(frozen=True)
class Sketch:
    """A picture of ``width`` × ``height`` pixels: an SVG path for each area, the spots, a bar of ``bar_m`` metres."""

    width: int
    height: int
    areas: tuple[tuple[str, str], ...]
    spots: tuple[Spot, ...]
    bar: float
    bar_m: int


def coarse(fix: Mapping[str, Any]) -> dict[str, Any]:
    """The same position moved to a grid of at least 500 m, with an error that says so."""
    lon, lat = round(fix["lon"] / _COARSE_LON) * _COARSE_LON, round(fix["lat"] / _COARSE_LAT) * _COARSE_LAT
    return {**fix, "lon": lon, "lat": lat, "acc": max(float(fix["acc"]), COARSE_M)}


def overview(areas: Mapping[str, Any], fixes: Sequence[Mapping[str, Any]], width: int, height: int) -> Sketch | None:
    """The whole of the areas (name → GeoJSON geometry) and every position; ``None`` where there is nothing to draw."""
    places = [place for area in areas.values() for ring in _rings(area) for place in ring]
    return _draw(areas, fixes, [*places, *_corners(fixes)], width, height)


def close_up(areas: Mapping[str, Any], fixes: Sequence[Mapping[str, Any]], width: int, height: int) -> Sketch | None:
    """The positions with their error circles; of the areas only what lies near."""
    return _draw(areas, fixes, _corners(fixes), width, height) if fixes else None


def _corners(fixes: Iterable[Mapping[str, Any]]) -> list[tuple[float, float]]:
    """The corners of the boxes around the error circles."""
    found = []
    for fix in fixes:
        reach = max(float(fix["acc"]), 30.0) / METRES_PER_DEGREE
        wide = reach / cos(radians(fix["lat"]))
        found += [(fix["lon"] - wide, fix["lat"] - reach), (fix["lon"] + wide, fix["lat"] + reach)]
    return found


def _draw(areas: Mapping[str, Any], fixes: Sequence[Mapping[str, Any]], places: Sequence[Sequence[float]],
          width: int, height: int) -> Sketch | None:
    if not places:
        return None
    west, east = min(p[0] for p in places), max(p[0] for p in places)
    south, north = min(p[1] for p in places), max(p[1] for p in places)
    middle = (west + east) / 2, (south + north) / 2
    squeeze = cos(radians(middle[1]))
    room = 1 - 2 * _MARGIN
    span = max((east - west) * squeeze / (width * room), (north - south) / (height * room), 1e-9)

    def at(lon: float, lat: float) -> tuple[float, float]:
        return (round(width / 2 + (lon - middle[0]) * squeeze / span, 1), round(height / 2 - (lat - middle[1]) / span, 1))

    pixel_m = span * METRES_PER_DEGREE
    spots = tuple(Spot(index, *at(fix["lon"], fix["lat"]), round(float(fix["acc"]) / pixel_m, 1))
                  for index, fix in enumerate(fixes, 1))
    bar_m = _round_length(pixel_m * width / 4)
    return Sketch(width, height, tuple((name, _path(area, at)) for name, area in areas.items()), spots,
                  round(bar_m / pixel_m, 1), bar_m)


def _path(area: Mapping[str, Any], at: Any) -> str:
    rings = (" ".join(f"{x} {y}" for x, y in (at(*place[:2]) for place in ring)) for ring in _rings(area))
    return "".join(f"M{ring}Z" for ring in rings)


def _rings(area: Mapping[str, Any]) -> list[Any]:
    polygons = [area["coordinates"]] if area["type"] == "Polygon" else area["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def _round_length(metres: float) -> int:
    """The largest of 1, 2, 5 × 10ⁿ metres that is not longer; at least one metre."""
    if metres < 1:
        return 1
    power = 10 ** floor(log10(metres))
    return int(max(step * power for step in (1, 2, 5) if step * power <= metres))
