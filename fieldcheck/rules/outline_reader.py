"""Read coordinates that somebody else wrote: is this an outline, in degrees, the right way round?

A fault is returned as `(code, values)`; the codes stand in `register_faults.py`. Source: RFC 7946 §3.1 for the
form, `docs/inspection-rules.md` §5.4 and §6.10 for the datum.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

CodeAndValues = tuple[str, dict[str, Any]]

# China with its seas, in whole degrees: what lies beyond is a mistake more often than a place.
CHINA_LON = (73, 135)
CHINA_LAT = (3, 54)
# The southernmost latitude that can be told from a longitude written in its place.
LAND_LAT = (18, 54)
# Seven decimals of a degree are one centimetre.
DECIMALS = 7
PROBLEMS = {
    "Self-intersection": "self_intersection",
    "Ring Self-intersection": "ring_self_intersection",
    "Hole lies outside shell": "hole_outside",
    "Holes are nested": "nested_holes",
    "Nested shells": "nested_parts",
    "Interior is disconnected": "split_inside",
    "Duplicate Rings": "duplicate_rings",
}


def read_outline(geometry: Any) -> tuple[dict | None, list[CodeAndValues]]:
    """Return a GeoJSON Polygon or MultiPolygon in plain form (two numbers a position, 7 decimals), and its faults.

    Without a readable outline the first value is None; an invalid one is returned beside its faults.
    """
    if not (isinstance(geometry, dict) and geometry.get("type") in ("Polygon", "MultiPolygon")):
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        return None, [("unreadable_outline", {"type": str(kind)})]
    single = geometry["type"] == "Polygon"
    try:
        parts = [geometry["coordinates"]] if single else list(geometry["coordinates"])
        rings = [[_positions(ring) for ring in part] for part in parts]
    except (KeyError, TypeError, ValueError, OverflowError, IndexError):
        return None, [("unreadable_outline", {"type": geometry["type"]})]
    if not rings or not all(rings):
        return None, [("unreadable_outline", {"type": geometry["type"]})]
    flat = [ring for part in rings for ring in part]
    for ring in flat:
        fault = coordinate_fault(ring)
        if fault:
            return None, [fault]
    plain = [[ring.round(DECIMALS).tolist() for ring in part] for part in rings]
    outline = {"type": geometry["type"], "coordinates": plain[0] if single else plain}
    return outline, [*_shape_faults(flat, outline), *_far_away(np.concatenate(flat))]


def read_point(lon: float, lat: float) -> list[CodeAndValues]:
    """Return what is wrong with one point in degrees."""
    point = np.array([[lon, lat]], dtype=float)
    fault = coordinate_fault(point)
    return [fault] if fault else _far_away(point)


def coordinate_fault(positions: np.ndarray) -> CodeAndValues | None:
    """Return why an (n, 2) array cannot be lon, lat in degrees, with the first position that shows it."""
    x, y = positions[:, 0], positions[:, 1]
    swapped = _between(x, LAND_LAT) & _between(y, CHINA_LON)
    for code, wrong in (
        ("bad_coordinates", ~np.isfinite(x) | ~np.isfinite(y)),
        ("projected_coordinates", (np.abs(x) > 1000) | (np.abs(y) > 1000)),
        ("swapped_coordinates", swapped if swapped.all() else np.zeros_like(swapped)),
        ("coordinates_out_of_range", (np.abs(x) > 180) | (np.abs(y) > 90)),
        ("zero_coordinates", (x == 0) & (y == 0)),
    ):
        if wrong.any():
            first = int(np.argmax(wrong))
            return code, {"x": _readable(x[first]), "y": _readable(y[first])}
    return None


def read_number(value: Any) -> float | None:
    """Return a finite number that a file gives as a number or as text; None for anything else, NaN and True included."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _positions(ring: Any) -> np.ndarray:
    if not isinstance(ring, list):
        raise TypeError("a ring is a list of positions")
    if any(isinstance(value, (str, bool)) for position in ring for value in position[:2]):
        raise TypeError("a position is two numbers")
    return np.array([[position[0], position[1]] for position in ring], dtype=float).reshape(-1, 2)


def _shape_faults(rings: list[np.ndarray], outline: dict) -> list[CodeAndValues]:
    for ring in rings:
        if len(ring) < 4:
            return [("invalid_outline", {"problem": "too_few_points", **_at(ring)})]
        if not (ring[0] == ring[-1]).all():
            return [("invalid_outline", {"problem": "open_ring", **_at(ring)})]
    geometry = shape(outline)
    if geometry.is_valid:
        return []
    said, _, where = shapely.is_valid_reason(geometry).partition("[")
    numbers = [float(number) for number in where.rstrip("]").split()[:2]]
    place = {"lon": numbers[0], "lat": numbers[1]} if len(numbers) == 2 else _at(rings[0])
    return [("invalid_outline", {"problem": PROBLEMS.get(said, "other"), **place})]


def _far_away(positions: np.ndarray) -> list[CodeAndValues]:
    near = _between(positions[:, 0], CHINA_LON) & _between(positions[:, 1], CHINA_LAT)
    return [] if near.all() else [("outside_china", dict(zip("xy", positions[int(np.argmin(near))].tolist())))]


def _between(values: np.ndarray, bounds: tuple[int, int]) -> np.ndarray:
    return (values >= bounds[0]) & (values <= bounds[1])


def _at(ring: np.ndarray) -> dict[str, float]:
    return {"lon": float(ring[0][0]), "lat": float(ring[0][1])} if len(ring) else {"lon": 0.0, "lat": 0.0}


def _readable(value: float) -> float | str:
    # JSON has no word for NaN.
    return float(value) if math.isfinite(value) else str(value)
