"""Outlines for the map: simplified once, all together, so that neighbours keep their common line.

Simplifying each outline by itself opens slivers between neighbours, and so does rounding. Here the outlines are
first cut into faces that each belong to one unit (a coverage), then simplified as a coverage, then rounded.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import shapely
from shapely.geometry import shape

from .outline import square_metres
from .register import Register, with_simple_outlines

# Five decimals of a degree are a metre: what a screen can show of a city.
GRID_DEGREES = 1e-5
DECIMALS = 5
# Corners whose triangle is smaller than this, squared, go: lines move by some 100 m at most in a real register.
TOLERANCE_DEGREES = 1e-3
# A narrower hole between neighbours was left by drawing, a wider one is somebody else's ground.
GAP_WIDTH_M = 50.0


def simplified(register: Register) -> Register:
    """Return the register with simplified outlines of its townships, and of counties as the union of theirs.

    A county none of whose townships has an outline is drawn from its own.
    """
    townships = simple_outlines({u.unit: u.outline for u in register.of_level("township") if u.outline})
    members: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for unit in register.of_level("township"):
        if unit.parent and unit.unit in townships:
            members[unit.parent].append(shape(townships[unit.unit]))
    counties = {county: _document(shapely.union_all(parts)) for county, parts in members.items()}
    bare = {u.unit: u.outline for u in register.of_level("county") if u.outline and u.unit not in counties}
    return with_simple_outlines(register, {**simple_outlines(bare), **counties, **townships})


def simple_outlines(outlines: Mapping[str, dict]) -> dict[str, dict]:
    """Return simplified GeoJSON outlines by the same keys: valid, 5 decimals, without gaps or overlaps between them.

    Where outlines overlap, the smaller one keeps the ground (an enclave stays visible); holes up to
    `GAP_WIDTH_M` wide go to the neighbour with the longest common line. An outline that vanishes on the grid or
    under others is returned as it came, rounded.
    """
    if not outlines:
        return {}
    units = list(outlines)
    drawn = np.array([shape(outlines[unit]) for unit in units], dtype=object)
    coverage = make_coverage(drawn)
    kept = ~shapely.is_empty(coverage)
    drawn[kept] = _simplify(coverage[kept])
    return {unit: _document(geometry) for unit, geometry in zip(units, drawn)}


def make_coverage(drawn: np.ndarray) -> np.ndarray:
    """Return the polygons on the grid with every bit of ground given to exactly one of them; emptied ones are empty."""
    snapped = shapely.set_precision(drawn, GRID_DEGREES)
    lines = shapely.union_all(shapely.boundary(snapped), grid_size=GRID_DEGREES)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    owners, gaps = _owners(faces, snapped)
    coverage = np.array([shapely.union_all(faces[owners == index]) for index in range(len(drawn))], dtype=object)
    for gap in sorted(gaps, key=lambda face: (-face.area, face.wkb)):
        _close(gap, coverage)
    return coverage


def _owners(faces: np.ndarray, snapped: np.ndarray) -> tuple[np.ndarray, list[shapely.Geometry]]:
    """Return for each face the index of its polygon, -1 for none, and the faces that are gaps to be closed."""
    owners = np.full(len(faces), -1)
    areas = shapely.area(snapped)
    face_of, owner_of = shapely.STRtree(snapped).query(shapely.point_on_surface(faces), predicate="intersects")
    # The largest first, so that the smallest is written last and stays.
    order = np.lexsort((-owner_of, -areas[owner_of]))
    owners[face_of[order]] = owner_of[order]
    bare = faces[owners == -1]
    return owners, [face for face in bare if _width_m(face) <= GAP_WIDTH_M]


def _width_m(face: shapely.Geometry) -> float:
    """Return the mean width of a long face, half the side of a square one: twice the area by the perimeter, in metres."""
    metres_per_degree = math.sqrt(square_metres(face) / face.area)
    return 2 * face.area / face.length * metres_per_degree


def _close(gap: shapely.Geometry, coverage: np.ndarray) -> None:
    near = np.flatnonzero(shapely.intersects(coverage, gap))
    common = shapely.length(shapely.intersection(shapely.boundary(coverage[near]), gap.boundary))
    if len(near) and common.max() > 0:
        neighbour = near[int(np.argmax(common))]
        coverage[neighbour] = shapely.union(coverage[neighbour], gap, grid_size=GRID_DEGREES)


def _simplify(coverage: np.ndarray) -> np.ndarray:
    for tolerance in (TOLERANCE_DEGREES, TOLERANCE_DEGREES / 4):
        simple = _rounded(shapely.coverage_simplify(coverage, tolerance))
        # Rounding moves common corners alike, but a thin part can fold over itself.
        if shapely.is_valid(simple).all() and shapely.coverage_is_valid(simple):
            return simple
    return _rounded(coverage)


def _rounded(geometries: np.ndarray) -> np.ndarray:
    return shapely.transform(geometries, lambda corners: corners.round(DECIMALS))


def _document(geometry: shapely.Geometry) -> dict:
    return json.loads(shapely.to_geojson(shapely.transform(geometry, lambda corners: corners.round(DECIMALS))))
