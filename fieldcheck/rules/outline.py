"""Outlines of areas (乡镇边界), measured in metres.

2026-11: outlines are projected once, to a Lambert conformal conic plane laid through the middle of the
register. Its scale is the same in every direction, so a planar distance divided by the scale at the fix is
the distance on the ground, and the prepared outlines serve every fix; scaling degrees by the radii of
curvature at each fix needs all corners again each time. Against the geodesic this is off by centimetres in
a city and by less than 0.7 m within 5 km of an edge in a whole country.

2026-11: a table of square cells, not an STRtree, finds the areas near one fix: a tree answers a thousand
points at once well, but for a single one the call alone costs more than looking in the table
(`bench/place.py`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry import shape

WGS84_A = 6378137.0
WGS84_E2 = 0.0066943799901413165
WGS84_E = math.sqrt(WGS84_E2)
# A straight GeoJSON edge is straight in degrees, so a long one is bent on the plane: 1 cm at this length.
LONGEST_EDGE_DEGREES = 0.01
BORDER_OUT_M = 300.0


class Area(NamedTuple):
    """One area: unit id, GeoJSON Polygon or MultiPolygon in WGS-84, and how far its edge may be wrong, in metres."""

    unit: str
    outline: dict
    boundary_error_m: float = 0.0


class Reach(NamedTuple):
    """An area near a point: `distance_m` to its edge, positive inside, negative outside."""

    unit: str
    distance_m: float
    boundary_error_m: float


class Plane:
    """Lambert conformal conic plane on the WGS-84 ellipsoid with one true parallel (Snyder 1987, §15).

    `lon0`, `lat0` in degrees: where the plane touches. Coordinates are metres, true at `lat0`.
    """

    def __init__(self, lon0: float, lat0: float) -> None:
        # The cone becomes a cylinder at the equator and its formula divides by zero there.
        touch = math.radians(math.copysign(max(abs(lat0), 1.0), lat0 or 1.0))
        self.lon0 = lon0
        self.n = math.sin(touch)
        normal = WGS84_A / math.sqrt(1 - WGS84_E2 * self.n**2)
        self.rho0 = normal / math.tan(touch)
        self.psi0 = _isometric(touch)

    def point(self, lon: float, lat: float) -> tuple[float, float, float]:
        """Return x, y in metres and the scale there (plane metres for one metre on the ground)."""
        phi = math.radians(lat)
        rho = self.rho0 * math.exp(self.n * (self.psi0 - _isometric(phi)))
        theta = self.n * math.radians(lon - self.lon0)
        sine = math.sin(phi)
        radius = WGS84_A * math.cos(phi) / math.sqrt(1 - WGS84_E2 * sine * sine)
        return rho * math.sin(theta), self.rho0 - rho * math.cos(theta), self.n * rho / radius

    def project(self, degrees: np.ndarray) -> np.ndarray:
        """Return the plane coordinates of an (n, 2) array of lon, lat."""
        phi = np.radians(degrees[:, 1])
        sine = WGS84_E * np.sin(phi)
        psi = np.arctanh(np.sin(phi)) - WGS84_E * np.arctanh(sine)
        rho = self.rho0 * np.exp(self.n * (self.psi0 - psi))
        theta = self.n * np.radians(degrees[:, 0] - self.lon0)
        return np.column_stack([rho * np.sin(theta), self.rho0 - rho * np.cos(theta)])


class Cells:
    """Which of many boxes (west, south, east, north) hold a point, by a table of square cells."""

    def __init__(self, boxes: list[list[float]]) -> None:
        self._boxes = boxes
        sides = sorted(max(east - west, north - south) for west, south, east, north in boxes)
        # Half a usual box finds few boxes in vain; the second bound keeps one huge box from filling millions.
        self._side = max(sides[len(sides) // 2] / 2, sides[-1] / 64) if boxes else 1.0
        self._table: dict[tuple[int, int], list[int]] = {}
        for index, (west, south, east, north) in enumerate(boxes):
            for column in range(int(west // self._side), int(east // self._side) + 1):
                for row in range(int(south // self._side), int(north // self._side) + 1):
                    self._table.setdefault((column, row), []).append(index)

    def at(self, x: float, y: float) -> list[int]:
        """Return the indexes of the boxes that hold the point, smallest first."""
        found = []
        for index in self._table.get((int(x // self._side), int(y // self._side)), ()):
            west, south, east, north = self._boxes[index]
            if west <= x <= east and south <= y <= north:
                found.append(index)
        return found


class Areas:
    """Prepared areas that tell which of them a point is in or near, and by how many metres.

    `border_out_m` is how far outside an edge still counts as near; each area's own `boundary_error_m` is
    added to it. Areas may be multipart, have holes, lie inside one another and overlap. Safe to share between
    threads. Raises ValueError for two areas of one unit and for an outline that is empty or no polygon.
    """

    def __init__(self, areas: Iterable[Area], border_out_m: float = BORDER_OUT_M) -> None:
        given = list(areas)
        self.border_out_m = border_out_m
        self.units = [area.unit for area in given]
        self._known = frozenset(self.units)
        if len(self._known) != len(given):
            raise ValueError("two areas of one unit")
        self._errors = [float(area.boundary_error_m) for area in given]
        self._beside: dict[str, list[str]] = {}
        outlines = np.array([_polygon(area.outline) for area in given], dtype=object)
        west, south, east, north = shapely.total_bounds(outlines) if given else (0.0, 0.0, 0.0, 0.0)
        self.plane = Plane((west + east) / 2, (south + north) / 2)
        # A degree more on each side is beyond every reach, and keeps the poles out of the projection.
        self._window = (max(west - 1, -180), max(south - 1, -89), min(east + 1, 180), min(north + 1, 89))
        self._prepare(outlines)

    def __contains__(self, unit: str) -> bool:
        return unit in self._known

    def __len__(self) -> int:
        return len(self.units)

    def near(self, lon: float, lat: float) -> list[Reach]:
        """Return every area whose edge is no further outside than its reach, in the order given at the start.

        Degrees WGS-84. A point on the edge has distance 0. NaN and points far away give an empty list.
        """
        west, south, east, north = self._window
        if not (self.units and west <= lon <= east and south <= lat <= north):
            return []
        x, y, scale = self.plane.point(lon, lat)
        found = self._cells.at(x, y)
        if not found:
            return []
        point = shapely.points((x, y))
        reaches = []
        for index in found:
            # The methods of one geometry cost half of what the functions over arrays do.
            distance = float(self._edges[index].distance(point)) / scale
            error = self._errors[index]
            if self._insides[index].contains(point):
                reaches.append(Reach(self.units[index], distance, error))
            elif distance <= self.border_out_m + error:
                reaches.append(Reach(self.units[index], -distance if distance else 0.0, error))
        return reaches

    def beside(self, unit: str) -> list[str]:
        """Return the units whose areas come within `border_out_m` of this one's, in the order given at the start.

        Empty for a unit that has no area here.
        """
        if unit not in self._known:
            return []
        if unit not in self._beside:
            own = self.units.index(unit)
            near = shapely.dwithin(self._insides[own], self._insides, self.border_out_m * self._largest_scale())
            self._beside[unit] = [other for other, close in zip(self.units, near, strict=True) if close and other != unit]
        return self._beside[unit]

    def _prepare(self, outlines: np.ndarray) -> None:
        insides = shapely.transform(shapely.segmentize(outlines, LONGEST_EDGE_DEGREES), self.plane.project)
        shapely.prepare(insides)
        # GEOS builds the index of a prepared outline at first use, without a lock: use each once here,
        # before other threads can.
        shapely.contains(insides, shapely.points((0.0, 0.0)))
        reach = (self.border_out_m + np.array(self._errors)) * self._largest_scale()
        boxes = shapely.bounds(insides).reshape(-1, 4) + np.outer(reach, (-1, -1, 1, 1))
        self._cells = Cells(boxes.tolist())
        # One at a time from a list is quicker than slices of arrays where two or three areas are near.
        self._insides = insides.tolist()
        self._edges = shapely.boundary(insides).tolist()

    def _largest_scale(self) -> float:
        west, south, east, north = self._window
        return 1.001 * max(self.plane.point(self.plane.lon0, lat)[2] for lat in (south, north))


def signed_distance_m(outline: dict, lon: float, lat: float) -> float:
    """Return the metres from a point to the edge of one GeoJSON area: positive inside, negative outside.

    Beyond 50 km outside it is minus infinity.
    """
    near = Areas([Area("", outline)], border_out_m=50_000).near(lon, lat)
    return near[0].distance_m if near else -math.inf


def square_metres(geometry: shapely.Geometry) -> float:
    """Return the area of a small geometry in degrees, in square metres by the WGS-84 radii at its middle."""
    if geometry.is_empty:
        return 0.0
    phi = math.radians(geometry.centroid.y)
    flat = 1 - WGS84_E2 * math.sin(phi) ** 2
    per_degree = math.radians(1) ** 2 * WGS84_A**2 * math.cos(phi) * (1 - WGS84_E2) / flat**2
    return geometry.area * per_degree


def _isometric(phi: float) -> float:
    sine = math.sin(phi)
    return math.atanh(sine) - WGS84_E * math.atanh(WGS84_E * sine)


def _polygon(outline: dict) -> shapely.Geometry:
    geometry = shape(outline)
    if geometry.is_empty or geometry.geom_type not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"an outline is a polygon with an inside, not {geometry.geom_type}")
    return geometry
