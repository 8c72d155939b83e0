"""Flags that hold a visit against others: pictures that look alike, households on one spot, a shifted position, copied
answers. Pure. Each says its figure, accuses nobody and refuses nothing. Source: ``docs/inspection-rules.md`` §5.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from math import cos, hypot, radians
from typing import Any, Iterable, Mapping, NamedTuple, Sequence

from .answer_sheet import is_negative
from .answers import standing
from .datum import TELLS_FROM_M, expected_shift, shift_between
from .evidence import fixes_of_visit
from .household_draw import drawn_household
from .learned_place import LearnedPlace, centre_of_visit
from .place import Fix, PlaceParams, unusable_because
from .settings import thresholds
from .visit import counted_households

METRES_PER_DEGREE = 111_320.0
CELL_DEGREES = 0.0005
"""Side of the squares by which spots are looked up: some 50 m, more than any spot that is called shared."""


class Spot(NamedTuple):
    """Where a household was interviewed, by the best fix taken for it: degrees, accuracy in metres."""

    visit: str
    household: str
    number: int
    lon: float
    lat: float
    acc: float

    @property
    def cell(self) -> tuple[int, int]:
        """The square that it lies in."""
        return int(self.lon // CELL_DEGREES), int(self.lat // CELL_DEGREES)


class Pair(NamedTuple):
    """Two photos that look alike: the visit's own, the other's visit and id, and in how many bits of 256 they differ."""

    photo: str
    visit: str
    other: str
    bits: int


class Listed(NamedTuple):
    """A household that counts and was drawn from a posted list: visit, phone, its number there, how long the list is, its row."""

    visit: str
    device: str
    number: int
    of: int
    row: int


class Sheet(NamedTuple):
    """A household's answers: the codes of all that were answered, and those (code, value) that are not the usual ones."""

    answered: frozenset[str]
    unusual: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Beside:
    """What a visit is held against. ``pairs``: photos alike; ``spots``: of other visits nearby; ``place``: what other
    visits taught of its village, ``None`` where none did; ``sheets``: other visit → its households' answers; ``listed``: households of
    other visits to its village.
    """

    pairs: Sequence[Pair] = ()
    spots: Sequence[Spot] = ()
    place: LearnedPlace | None = None
    sheets: Mapping[str, Sequence[Sheet]] | None = None
    checklist: Mapping[str, Any] | None = None
    listed: Sequence[Listed] = ()


def flags_beside(doc: Mapping[str, Any], params: Mapping[str, Any], beside: Beside) -> list[dict[str, Any] | None]:
    """The five flags, ``None`` for each that does not stand."""
    return [household_again(doc, beside.listed), photo_alike(doc, beside.pairs, params), spots_shared(doc, beside.spots, params),
            position_shifted(doc, beside.place, params), answers_alike(doc, beside, params)]


def photo_alike(doc: Mapping[str, Any], pairs: Iterable[Pair], params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Photos that look like others though their bytes differ. ``bits``: how little the likest two differ, of 256.

    Within the visit only photos of two households are meant: a sign that was taken twice is no second thing.
    """
    of = {photo.get("photo"): photo.get("household") for photo in doc["photos"]}
    near = [pair for pair in pairs if pair.bits <= thresholds(params)["photo_alike_bits"] and (
        pair.visit != doc["visit"] or None not in (of.get(pair.photo), of.get(pair.other)) and of[pair.photo] != of[pair.other])]
    if not near:
        return None
    return _flag("photo_alike", sorted({pair.visit for pair in near} - {doc["visit"]}), n=len({pair.photo for pair in near}),
                 bits=min(pair.bits for pair in near))


def spots_of(doc: Mapping[str, Any], params: Mapping[str, Any]) -> list[Spot]:
    """The spot of every household that counts and has a usable fix, in the order of the visit."""
    limits = PlaceParams.of(params)
    best: dict[str, Mapping[str, Any]] = {}
    for fix in fixes_of_visit(doc):
        household = fix.get("household")
        if household and unusable_because(Fix.of(fix, fix["at"]), limits) is None and \
                (household not in best or (fix["acc"], fix["fix"]) < (best[household]["acc"], best[household]["fix"])):
            best[household] = fix
    counted = [(one, best[one["household"]]) for one in counted_households(doc) if one["household"] in best]  # type: ignore[arg-type]
    return [Spot(doc["visit"], one["household"], one["number"], fix["lon"], fix["lat"], fix["acc"]) for one, fix in counted]


def spots_shared(doc: Mapping[str, Any], others: Sequence[Spot], params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Two households that count were interviewed on one spot, both positions being good; the closest two are told."""
    limits = thresholds(params)
    own = [spot for spot in spots_of(doc, params) if spot.acc <= limits["spot_acc_m"]]
    good = [spot for spot in others if spot.acc <= limits["spot_acc_m"] and spot.visit != doc["visit"]]
    apart = [(_metres(one, other), one, other) for one, other in (*combinations(own, 2), *product(own, good))]
    shared = [pair for pair in apart if pair[0] <= limits["spot_shared_m"]]
    if not shared:
        return None
    metres, one, other = min(shared, key=lambda pair: (pair[0], pair[1].number, pair[2].visit, pair[2].number))
    visits = sorted({pair[2].visit for pair in shared} - {doc["visit"]})
    return _flag("spots_shared", visits, n=len(shared), metres=round(metres, 1), number=one.number, other=other.number)


def listed_of(doc: Mapping[str, Any]) -> list[Listed]:
    """The households that count and were drawn from a posted list, in the order of the visit."""
    found = ((one, drawn_household(doc, one)) for one in counted_households(doc)) if doc["draws"] else ()  # type: ignore[arg-type]
    return [Listed(doc["visit"], one["device"], one["number"], draw["n"], draw["row"]) for one, draw in found
            if draw is not None and draw["frame"] == "posted_list"]


def household_again(doc: Mapping[str, Any], others: Sequence[Listed]) -> dict[str, Any] | None:
    """A household stands on the same row of as long a list as one that another visit to the village, or another phone of this
    one, asked: perhaps the same under two ids, which counts twice. A household's number is its order in the visit and tells
    nothing of this (``docs/protocol.md`` §6.5).
    """
    own = listed_of(doc)
    pairs = [*product(own, (one for one in others if one.visit != doc["visit"])),
             *((one, other) for one, other in combinations(own, 2) if one.device != other.device)]
    again = [(one, other) for one, other in pairs if (one.of, one.row) == (other.of, other.row)]
    if not again:
        return None
    one, other = min(again, key=lambda pair: (pair[0].number, pair[1].visit, pair[1].number))
    return _flag("household_again", sorted({pair[1].visit for pair in again} - {doc["visit"]}), n=len({pair[0].number for pair in again}),
                 row=one.row, of=one.of, number=one.number, other=other.number)


def position_shifted(doc: Mapping[str, Any], place: LearnedPlace | None, params: Mapping[str, Any]) -> dict[str, Any] | None:
    """The visit lies off the village's learned place just as GCJ-02 is off WGS-84 there, or just the other way."""
    centre = centre_of_visit(doc, params)
    if place is None or centre is None:
        return None
    expected = expected_shift(place.lon, place.lat)
    off = shift_between(place.lon, place.lat, centre.lon, centre.lat)
    within = min(hypot(off.east_m - sign * expected.east_m, off.north_m - sign * expected.north_m) for sign in (1, -1))
    # A place that is known less well than half the shift cannot show it.
    told = expected.metres >= TELLS_FROM_M and place.error_m < expected.metres / 2 and within <= thresholds(params)["shift_within_m"]
    return _flag("position_shifted", place.visits, metres=round(off.metres), n=len(place.visits)) if told else None


def sheets_of_visit(doc: Mapping[str, Any], checklist: Mapping[str, Any]) -> list[Sheet]:
    """The answers of every household that counts.

    Usual is what speaks of no problem: a number never is, and any other answer is while it is not negative (§3).
    """
    asked = {one["code"]: one for one in checklist["questions"] if one["level"] == "household"}
    sheets = []
    for household in counted_households(doc):  # type: ignore[arg-type]
        said = {code: standing(doc, household["household"], code) for code in doc["answers"].get(household["household"], {})}
        given = [(code, answers[0]) for code, answers in said.items() if code in asked and answers[0]["state"] == "answered"]
        unusual = [(code, repr(one.get("value"))) for code, one in given if asked[code]["type"] == "number"
                   or is_negative(asked[code], one, checklist.get("params", {}))]
        sheets.append(Sheet(frozenset(code for code, _ in given), frozenset(unusual)))
    return sheets


def answers_alike(doc: Mapping[str, Any], beside: Beside, params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Two households, of this visit or of others by the same inspectors, whose unusual answers are nearly all the same.

    ``n`` of ``m``: so many are the same of those questions to which either gave an unusual one; the likest two are told.
    """
    if beside.checklist is None:
        return None
    limits = thresholds(params)
    own, fewest, share = sheets_of_visit(doc, beside.checklist), limits["alike_min_answers"], limits["alike_share"]
    pairs = [("", one, other) for one, other in combinations(own, 2)]
    pairs += [(visit, one, other) for visit, sheets in sorted((beside.sheets or {}).items()) for one, other in product(own, sheets)]
    alike = []
    for visit, one, other in pairs:
        n = len(one.unusual & other.unusual)
        if n >= share * fewest:  # else it cannot be: told apart before anything is counted
            m = len({code for code, _ in one.unusual | other.unusual} & one.answered & other.answered)
            alike += [(n / m, m, n, visit)] if m >= fewest and n >= share * m else []
    if not alike:
        return None
    _share, m, n, _visit = max(alike)
    return _flag("answers_alike", sorted({visit for *_, visit in alike} - {""}), pairs=len(alike), n=n, m=m)


def _metres(one: Spot, other: Spot) -> float:
    east = (other.lon - one.lon) * cos(radians(one.lat))
    return hypot(east, other.lat - one.lat) * METRES_PER_DEGREE


def _flag(code: str, visits: Sequence[str] = (), **figures: Any) -> dict[str, Any]:
    return {"code": code, "figures": figures, "visits": list(visits)}
