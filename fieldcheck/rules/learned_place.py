"""Where a village (村) is, learned from accepted visits. Pure: visits in any order teach the same.

Registers name villages and mostly do not say where they are; whoever was there did. A learned place never decides about a
visit: it narrows what a reviewer chooses from, and lets a phone name the nearest village. Source: ``docs/inspection-rules.md`` §5.4.
"""

from __future__ import annotations

from math import ceil
from statistics import median
from typing import Any, Iterable, Mapping, NamedTuple, Sequence

from .datum import shift_between
from .evidence import acceptance, fixes_of_visit
from .place import Fix, PlaceParams, unusable_because

NARROWS_FROM = 3
"""Visits that must have taught a place before it narrows anything (``design``: three or more)."""
REACH_M = 1000.0
"""A visit this near to a learned place, both errors added, was in that village: villages lie some kilometres apart."""


class Lesson(NamedTuple):
    """What one accepted visit teaches: its middle in degrees, and the metres within which half of its fixes lie."""

    visit: str
    lon: float
    lat: float
    error_m: int


class LearnedPlace(NamedTuple):
    """A village's place: degrees, metres within which half of the visits that taught it lie, and those visits."""

    lon: float
    lat: float
    error_m: int
    visits: tuple[str, ...]


class Known(NamedTuple):
    """A learned village of a township."""

    village: str
    unit: str
    place: LearnedPlace


def centre_of_visit(doc: Mapping[str, Any], params: Mapping[str, Any]) -> Lesson | None:
    """The middle of a visit's usable fixes, each coordinate by itself; ``None`` with fewer than ``min_fixes``.

    The median lets no single wild fix move it.
    """
    limits = PlaceParams.of(params)
    fixes = [fix for fix in fixes_of_visit(doc) if unusable_because(Fix.of(fix, fix["at"]), limits) is None]
    if len(fixes) < max(limits.min_fixes, 1):
        return None
    lon, lat = (round(median(fix[name] for fix in fixes), 6) for name in ("lon", "lat"))
    spread = median(max(shift_between(lon, lat, fix["lon"], fix["lat"]).metres, fix["acc"]) for fix in fixes)
    return Lesson(doc["visit"], lon, lat, ceil(round(spread, 3)))


def lesson_of(doc: Mapping[str, Any], params: Mapping[str, Any]) -> Lesson | None:
    """What the visit teaches of its village: nothing before it is accepted, where it lies outside, or was assigned to
    another unit than the village's own.
    """
    accepted = acceptance(doc)
    stands = accepted is not None and doc["state"] == "accepted" and doc["village"] and doc["counts_for"] == doc["unit"]
    return centre_of_visit(doc, params) if stands and doc["place"]["result"] in ("inside", "border", "nopolygon") else None


def learned(lessons: Iterable[Lesson]) -> LearnedPlace | None:
    """The place that these visits teach together, ``None`` without any."""
    found = sorted(lessons)
    if not found:
        return None
    lon, lat = (round(median(getattr(one, name) for one in found), 6) for name in ("lon", "lat"))
    error = median(shift_between(lon, lat, one.lon, one.lat).metres + one.error_m for one in found)
    return LearnedPlace(lon, lat, ceil(round(error, 3)), tuple(one.visit for one in found))


class Narrowing(NamedTuple):
    """The candidates that are left, in their order, and the learned village that set the others aside, if one did."""

    left: list[str]
    by: Known | None


def narrowed(candidates: Sequence[str], claimed: str | None, centre: Lesson | None, known: Iterable[Known]) -> Narrowing:
    """What is left of the candidates of the place test when learned villages are looked at.

    Where the nearest village learned from ``NARROWS_FROM`` visits or more is within reach, its township and the claimed one
    stay. The claim is never taken away: a learned place decides nothing.
    """
    if centre is None:
        return Narrowing(list(candidates), None)
    sure = [one for one in known if len(one.place.visits) >= NARROWS_FROM and one.unit in candidates]
    off = [(shift_between(one.place.lon, one.place.lat, centre.lon, centre.lat).metres, one) for one in sure]
    near = [(metres, one.village, one) for metres, one in off if metres <= REACH_M + one.place.error_m + centre.error_m]
    if not near:
        return Narrowing(list(candidates), None)
    nearest = min(near)[2]
    left = [unit for unit in candidates if unit in (nearest.unit, claimed)]
    return Narrowing(left, nearest if len(left) < len(candidates) else None)
