"""In which frame (坐标系) does a phone give positions? WGS-84, China's shifted GCJ-02, or one that nobody knows.

Some phones of the mainland give GCJ-02 though every browser promises WGS-84: 100 to 700 m off, some 600 m south-east
at Jingzhou. That decides about a township, so each phone is tested at a known point (定位校准), and what is
found is said in every fix. The formulas are the ones that all open implementations share (the frame itself is not
published); ``static/js/model/datum.js`` reckons alike, both run ``tests/rules/datum_cases.json``.
Source: ``docs/inspection-rules.md`` §5.4, ``docs/protocol.md`` §6.8.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Verdict = Literal["wgs84", "gcj02", "odd"]

WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""The box outside of which GCJ-02 shifts nothing, degrees."""
_KRASOVSKY_A = 6378245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_WGS84_A = 6378137.0
_WGS84_E2 = 0.0066943799901413165
ROUNDS_MOST = 12
"""Each round shrinks the error a hundredfold; nothing that is handed in can make it go on."""
_CLOSE_DEGREES = 1e-9
AGREES_M = 100.0
"""A phone outdoors stands within this of where it says: nearer is right, further is a shift."""
TELLS_FROM_M = 250.0
"""Where GCJ-02 shifts less than this, a test could not tell the two frames apart."""
DIFFERS_M = 0.5
"""The phone's own conversion and the server's agree within this, or somebody changed one."""


class Shift(NamedTuple):
    """From where a phone stood to where it said it was, metres."""

    east_m: float
    north_m: float

    @property
    def metres(self) -> float:
        """How far, in any direction."""
        return math.hypot(self.east_m, self.north_m)


def gcj02_of(lon: float, lat: float) -> tuple[float, float]:
    """The GCJ-02 degrees of a WGS-84 position; outside the box the same degrees."""
    return _shifted(lon, lat) if _in_box(lon, lat) else (lon, lat)


def wgs84_of_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """The WGS-84 degrees of a GCJ-02 position, within millimetres; outside the box the same degrees.

    The shift has no inverse that can be written down. It changes slowly, so taking it away at the place found so far
    comes closer each time; never more than ``ROUNDS_MOST`` times.
    """
    if not all(map(math.isfinite, (lon, lat))) or not _in_box(lon, lat, 0.01):
        return lon, lat
    x, y = lon, lat
    for _ in range(ROUNDS_MOST):
        there_x, there_y = _shifted(x, y)
        x, y = x + lon - there_x, y + lat - there_y
        if abs(lon - there_x) < _CLOSE_DEGREES and abs(lat - there_y) < _CLOSE_DEGREES:
            break
    # At the rim a shifted place may lie outside of the box that it came from, and one that was not shifted inside.
    return (x, y) if _in_box(x, y, _CLOSE_DEGREES) else (lon, lat)


def shift_between(lon: float, lat: float, said_lon: float, said_lat: float) -> Shift:
    """The vector between two places some kilometres apart at most, by the radii of WGS-84 at the first."""
    bend = 1 - _WGS84_E2 * math.sin(math.radians(lat)) ** 2
    across = _WGS84_A / math.sqrt(bend)
    east = math.radians(said_lon - lon) * across * math.cos(math.radians(lat))
    return Shift(east, math.radians(said_lat - lat) * across * (1 - _WGS84_E2) / bend)


def expected_shift(lon: float, lat: float) -> Shift:
    """What a phone that gives GCJ-02 would be off by at this place."""
    return shift_between(lon, lat, *gcj02_of(lon, lat))


def can_tell(lon: float, lat: float) -> bool:
    """Whether a test at this place tells the frames apart; outside China only WGS-84 can be found."""
    return not 0 < expected_shift(lon, lat).metres < TELLS_FROM_M


def verdict(lon: float, lat: float, said_lon: float, said_lat: float) -> Verdict:
    """The frame of a phone that stood at a known point and said it was at another place; ``odd`` is none that is known."""
    shift, expected = shift_between(lon, lat, said_lon, said_lat), expected_shift(lon, lat)
    if shift.metres < AGREES_M:
        return "wgs84"
    off = math.hypot(shift.east_m - expected.east_m, shift.north_m - expected.north_m)
    return "gcj02" if expected.metres > 0 and off < AGREES_M else "odd"


def in_wgs84(body: Mapping[str, Any]) -> dict[str, Any]:
    """A ``fix.taken`` body with its position in WGS-84, reckoned here from what the receiver gave.

    A fix in another frame keeps what the phone said as ``given`` (``datum``, ``lon``, ``lat``, and ``off_m``: metres
    between the phone's conversion and this one, ``None`` where it made none).
    """
    if body.get("datum") != "gcj02":
        return dict(body)
    lon, lat = wgs84_of_gcj02(body["lon"], body["lat"])
    own = body.get("wgs84")
    off = round(min(shift_between(lon, lat, own["lon"], own["lat"]).metres, 1e9), 3) if own else None
    kept = {name: value for name, value in body.items() if name != "wgs84"}
    return {**kept, "lon": lon, "lat": lat, "datum": "wgs84",
            "given": {"datum": "gcj02", "lon": body["lon"], "lat": body["lat"], "off_m": off}}


def _in_box(lon: float, lat: float, more: float = 0.0) -> bool:
    return WEST - more <= lon <= EAST + more and SOUTH - more <= lat <= NORTH + more


def _shifted(lon: float, lat: float) -> tuple[float, float]:
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    up = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    up += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    up += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    right = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    right += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    right += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    phi = math.radians(lat)
    bend = 1 - _KRASOVSKY_E2 * math.sin(phi) ** 2
    across = _KRASOVSKY_A / math.sqrt(bend)
    return (lon + math.degrees(right / (across * math.cos(phi))),
            lat + math.degrees(up * bend / (across * (1 - _KRASOVSKY_E2))))
