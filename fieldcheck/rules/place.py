"""Was the visit where it says it was? The place test (定位). Source: `docs/inspection-rules.md` §5.4.

A fix is judged against every area near it; a visit against every area that its fixes reach. Exactly one area
that the visit is inside of decides. Otherwise the inspector's claim stands if it is a candidate, and a reviewer
confirms it. So an approximate outline never rejects an honest visit and never accepts one unasked.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from statistics import median_low
from typing import Any, Literal

from geopy.distance import geodesic

from .outline import BORDER_OUT_M, Areas

PlaceResult = Literal["inside", "border", "outside", "nofix", "nopolygon"]
# CGCS2000, China's own frame, differs from WGS-84 by centimetres. A phone that was not tested is taken at the word of its
# browser, and flagged; GCJ-02 was converted by the fold (`datum.py`), and a position in an odd frame proves no place.
KNOWN_DATUMS = ("wgs84", "cgcs2000", "untested")


@dataclass(frozen=True)
class PlaceParams:
    """Thresholds of the place test, named as in a round's `params`.

    Metres: `acc_max_m`, `border_out_m`; seconds: `fix_age_max_s`; a share from 0 to 1: `outside_share_max`;
    a number of fixes: `min_fixes`. `fix_sources`: which sources count as a measured position; a demonstration
    database adds `demo`; `manual` is a pin set by hand and never measured.
    """

    acc_max_m: float = 100.0
    fix_age_max_s: float = 300.0
    border_out_m: float = BORDER_OUT_M
    outside_share_max: float = 0.2
    min_fixes: int = 2
    fix_sources: tuple[str, ...] = ("gps",)

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> PlaceParams:
        """Return the thresholds named in a round's parameters, the defaults for the rest."""
        given = {field.name: params[field.name] for field in fields(cls) if field.name in params}
        if "fix_sources" in given:
            given["fix_sources"] = tuple(given["fix_sources"])
        return cls(**given)


@dataclass(frozen=True)
class Fix:
    """One position as a phone reported it: degrees, accuracy in metres (95 % radius), age in seconds when taken down.

    Nothing is promised about the values: they come from a message and may be of any type.
    """

    lon: Any
    lat: Any
    acc: Any
    age_s: Any = 0.0
    datum: Any = "wgs84"
    source: Any = "gps"

    @classmethod
    def of(cls, body: Mapping[str, Any], recorded_at: str) -> Fix:
        """Return the fix of a `fix.taken` body; its age is `recorded_at` (the message's `at`) less the fix's own `t`."""
        age = _seconds_between(body.get("t"), recorded_at)
        return cls(body.get("lon"), body.get("lat"), body.get("acc"), age, body.get("datum"), body.get("source"))


@dataclass(frozen=True)
class FixPlace:
    """Where one fix lies for one area: `inside` or `border`, and the metres to its edge (inside positive)."""

    unit: str
    result: Literal["inside", "border"]
    distance_m: float


@dataclass(frozen=True)
class Candidate:
    """A unit that a visit may have been in: how its usable fixes lie, and their middle distance to its edge in metres."""

    unit: str
    result: Literal["inside", "border"]
    distance_m: float
    inside: int
    border: int
    outside: int


@dataclass(frozen=True)
class Place:
    """Where a visit was (定位结论).

    `unit` is the unit that the evidence speaks for: the claimed one, another one that decides alone, or None.
    `reasons` says why in stable words (texts: `register.json`, `place.<reason>`); `unusable` counts the fixes that
    were left out, by reason. `usable` is the number of fixes judged.
    """

    result: PlaceResult
    unit: str | None
    candidates: tuple[Candidate, ...]
    reasons: tuple[str, ...]
    usable: int
    unusable: tuple[tuple[str, int], ...]

    @property
    def needs_confirmation(self) -> bool:
        """True where a place photo and a reviewer's confirmation are needed; `outside` cannot be confirmed."""
        return self.result in ("border", "nofix", "nopolygon")


def unusable_because(fix: Fix, params: PlaceParams) -> str | None:
    """Return why a fix proves nothing, as a stable word, or None for a usable fix (可用定位)."""
    if not all(_is_number(value) for value in (fix.lon, fix.lat, fix.acc)):
        return "fix_not_a_number"
    if fix.lon == 0 and fix.lat == 0:
        return "fix_zero"
    if abs(fix.lon) > 180 or abs(fix.lat) > 90 or fix.acc < 0:
        return "fix_out_of_range"
    if fix.datum not in KNOWN_DATUMS:
        return "fix_datum"
    if fix.source not in params.fix_sources:
        return "fix_source"
    if not _is_number(fix.age_s):
        return "fix_no_time"
    # A fix much younger than the phone's clock says means a wrong clock: its age is not known.
    if abs(fix.age_s) > params.fix_age_max_s:
        return "fix_stale"
    return "fix_inaccurate" if fix.acc > params.acc_max_m else None


def place_of_fix(fix: Fix, areas: Areas, params: PlaceParams) -> list[FixPlace]:
    """Return the areas that a usable fix is inside of or at the border of.

    With d the signed distance and e the area's boundary error: inside when d ≥ acc + e; border when
    d ≥ −(border_out_m + e); an area further away is not listed. Raises ValueError when `areas` were prepared for
    a narrower border than `params` has.
    """
    if areas.border_out_m < params.border_out_m:
        raise ValueError("the areas were prepared for a narrower border")
    places = []
    for unit, distance, error in areas.near(fix.lon, fix.lat):
        if distance >= fix.acc + error:
            places.append(FixPlace(unit, "inside", distance))
        elif distance >= -(params.border_out_m + error):
            places.append(FixPlace(unit, "border", distance))
    return places


def place_of_visit(
    fixes: Iterable[Fix], claimed_unit: str | None, areas: Areas, params: PlaceParams = PlaceParams()
) -> Place:
    """Return where a visit was, from its fixes in any order and the unit that the inspectors say they were in.

    - `nofix`: fewer than `min_fixes` usable fixes; `nopolygon`: the claimed unit has no outline.
    - `inside`: the claimed unit, and it alone, has ≥ `min_fixes` fixes inside and at most `outside_share_max` outside.
    - `border`: the claimed unit is a candidate (fixes inside or at the border, few outside) and nothing decides.
    - `outside`: the claimed unit is no candidate, or another unit alone is the one that the visit was inside of.
    """
    usable, unusable = _sorted_out(fixes, params)
    candidates = _candidates(usable, areas, params)
    insides = [candidate.unit for candidate in candidates if candidate.result == "inside"]
    claim_is_candidate = any(candidate.unit == claimed_unit for candidate in candidates)
    if len(usable) < params.min_fixes:
        verdict = "nofix", claimed_unit, ("too_few_fixes",)
    elif claimed_unit not in areas:
        verdict = "nopolygon", claimed_unit, ("no_outline",)
    elif insides == [claimed_unit]:
        verdict = "inside", claimed_unit, ()
    elif len(insides) == 1:
        verdict = "outside", insides[0], ("inside_another",)
    elif claim_is_candidate:
        verdict = "border", claimed_unit, ("several_inside" if insides else "near_the_edge",)
    else:
        verdict = "outside", None, ("claim_no_candidate",)
    result, unit, reasons = verdict
    return Place(result, unit, candidates, reasons, len(usable), unusable)


def place_among(fixes: Iterable[Fix], parts: Iterable[str], areas: Areas, params: PlaceParams = PlaceParams()) -> Place:
    """Return where a visit may have been, of the parts that its township was split into: a reviewer says which.

    It is `outside` every unit until then; parts that no fix speaks for are named last, for fixes may be missing.
    """
    usable, unusable = _sorted_out(fixes, params)
    found = {candidate.unit: candidate for candidate in _candidates(usable, areas, params)}
    named = [found.get(part, Candidate(part, "border", 0.0, 0, 0, len(usable))) for part in parts]
    ordered = tuple(sorted(named, key=lambda one: (one.unit not in found, one.result != "inside", -one.distance_m, one.unit)))
    return Place("outside", None, ordered, ("split_unplaced",), len(usable), unusable)


def distance_from_seat_km(fix: Fix, seat_lon: float, seat_lat: float) -> float:
    """Return the kilometres from a usable fix to a township's seat (驻地), on the ellipsoid, for people to read."""
    return geodesic((fix.lat, fix.lon), (seat_lat, seat_lon)).kilometers


def _sorted_out(fixes: Iterable[Fix], params: PlaceParams) -> tuple[list[Fix], tuple[tuple[str, int], ...]]:
    judged = [(unusable_because(fix, params), fix) for fix in fixes]
    refused = Counter(reason for reason, _ in judged if reason)
    return [fix for reason, fix in judged if not reason], tuple(sorted(refused.items()))


def _candidates(usable: list[Fix], areas: Areas, params: PlaceParams) -> tuple[Candidate, ...]:
    found: dict[str, list[FixPlace]] = {}
    for fix in usable:
        for place in place_of_fix(fix, areas, params):
            found.setdefault(place.unit, []).append(place)
    judged = (_candidate(unit, places, len(usable), params) for unit, places in found.items())
    return tuple(sorted(filter(None, judged), key=lambda c: (c.result != "inside", -c.distance_m, c.unit)))


def _candidate(unit: str, places: list[FixPlace], usable: int, params: PlaceParams) -> Candidate | None:
    inside = sum(place.result == "inside" for place in places)
    outside = usable - len(places)
    if len(places) < params.min_fixes or outside > params.outside_share_max * usable:
        return None
    result: Literal["inside", "border"] = "inside" if inside >= params.min_fixes else "border"
    # Whole decimetres: the last digits differ between versions of the geometry library, a fold must not.
    middle = round(median_low(place.distance_m for place in places), 1)
    return Candidate(unit, result, middle, inside, len(places) - inside, outside)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _seconds_between(earlier: Any, later: Any) -> float | None:
    try:
        return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
    except (TypeError, ValueError):
        return None
