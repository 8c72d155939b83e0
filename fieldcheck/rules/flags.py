"""What a reviewer should look at twice (疑点提示): first flags of a visit, each with its figures. Pure.

A flag accuses nobody and refuses nothing: it must be opened before a visit is accepted.
"""

from __future__ import annotations

from datetime import datetime
from itertools import combinations
from math import asin, cos, radians, sin, sqrt
from typing import Any, Iterable, Mapping, Sequence, TypedDict

from .alike import Beside, flags_beside
from .clock_interval import Clocked, moved
from .datum import DIFFERS_M
from .evidence import day_of_visit, fixes_of_visit, recused_there
from .faults import CLOCK_TOLERANCE, parse_time
from .household_draw import drawn_household
from .place import Fix, PlaceParams, unusable_because
from .settings import thresholds
from .visit import counted_households

FLAGS = ("photo_duplicate", "photo_alike", "photos_picked", "photos_poor", "outside_round", "speed", "fixes_frozen", "clock_offset",
         "clock_moved", "interview_short", "answers_alike", "doubted", "recused", "draw_odd", "household_again", "spots_shared", "phones_apart", "phone_unplaced",
         "position_shifted", "datum_unknown", "datum_differs")
SPEED_MAX_KMH = 120
"""〔建议〕 faster than any road in the countryside allows."""
SPEED_MIN_KM = 2
EARTH_KM = 6371.0
MINUTE_MS = 60_000
FROZEN_FIXES = 3
FROZEN_MINUTES = 10
"""A receiver outdoors never gives one and the same position for so long."""
INTERVIEW_MINUTES = 5
"""〔建议〕 core alone takes 12 to 15 minutes (§3.1); below this it cannot have been asked."""


FIXES_COMPARED = 400
"""Of more positions than that only so many, evenly, are held against one another: a visit has some thirty."""


class Flag(TypedDict):
    """One flag. ``figures`` fill the placeholders of its sentence; ``visits`` are the others that it is about."""

    code: str
    figures: dict[str, Any]
    visits: list[str]


class Stay(TypedDict):
    """Where a visit was first and last, by its usable fixes: ``lon``, ``lat``, ``at``."""

    visit: str
    first: Mapping[str, Any]
    last: Mapping[str, Any]


def flags_of_visit(doc: Mapping[str, Any], params: Mapping[str, Any], pictures: Mapping[str, Sequence[str]],
                   others: Iterable[Stay], clocks: Mapping[str, Sequence[Clocked]],
                   datums: Mapping[str, str] | None = None, beside: Beside = Beside(),
                   days: tuple[str, str] | None = None) -> list[Flag]:
    """The flags of a visit, in the order of ``FLAGS``.

    :param pictures: picture's hash → other visits that hold the very same bytes.
    :param others: stays of other visits of the same inspectors.
    :param clocks: chain → between which moments its lines of the visit were written (``clock_interval.py``).
    :param datums: phone → what its last test at the known point found.
    :param beside: other visits' pictures, spots, places and answers (``alike.py``).
    :param days: the first and the last day of its round (``round_day.days_of_round``).
    """
    found = (*flags_beside(doc, params, beside), photo_duplicate(doc, pictures), photos_picked(doc), photos_poor(doc), outside_round(doc, days), speed(stay_of(doc, params), others),
             fixes_frozen(doc), clock_offset(clocks), clock_moved(clocks), interview_short(doc), doubted(doc), recused(doc), draw_odd(doc),
             phones_apart(doc, params), phone_unplaced(doc, params), datum_unknown(doc, datums), datum_differs(doc))
    return sorted((flag for flag in found if flag is not None), key=lambda flag: FLAGS.index(flag["code"]))  # type: ignore[arg-type, return-value]


def photo_duplicate(doc: Mapping[str, Any], pictures: Mapping[str, Sequence[str]]) -> Flag | None:
    """The very same picture, byte for byte, stands for two photos."""
    hashes = [photo["sha256"] for photo in doc["photos"]]
    twice = [one for one in hashes if hashes.count(one) > 1 or pictures.get(one)]
    others = sorted({visit for one in twice for visit in pictures.get(one, ())})
    return _flag("photo_duplicate", others, n=len(twice)) if twice else None


def photos_picked(doc: Mapping[str, Any]) -> Flag | None:
    """Photos that were not taken in the viewfinder: of the gallery nobody knows when or where, of the camera app little."""
    sources = [photo["source"] for photo in doc["photos"]]
    app, gallery = sources.count("app"), sources.count("file")
    return _flag("photos_picked", n=app + gallery, app=app, gallery=gallery) if app + gallery else None


def photos_poor(doc: Mapping[str, Any]) -> Flag | None:
    """Photos of which the phone itself said that they are black, dark, bright, empty or blurred, and that were kept."""
    poor = [photo for photo in doc["photos"] if photo.get("remarks")]
    return _flag("photos_poor", n=len(poor)) if poor else None


def outside_round(doc: Mapping[str, Any], days: tuple[str, str] | None) -> Flag | None:
    """The visit's day, by its phones' clocks, is none of its round's: a wrong clock, a round that ran on, or old work."""
    day = day_of_visit(doc)
    return _flag("outside_round", date=day, starts=days[0], ends=days[1]) if day and days and not days[0] <= day <= days[1] else None


def doubted(doc: Mapping[str, Any]) -> Flag | None:
    """The team itself says that the visit is in doubt (存疑), and nobody in the office has answered that yet."""
    open_ = [one for one in doc["doubts"] if not one["cleared"]]
    return _flag("doubted", n=len(open_)) if open_ else None


def recused(doc: Mapping[str, Any]) -> Flag | None:
    """Somebody was there who must not go there (回避); why is nobody's business but the office's."""
    there = recused_there(doc)
    return _flag("recused", n=there) if there else None


def draw_odd(doc: Mapping[str, Any]) -> Flag | None:
    """Households that do not follow from their draw (抽户): other rows than its seed gives, or rows passed over."""
    drawn = [(one["number"], drawn_household(doc, one)) for one in doc["households"]]
    odd = [number for number, draw in drawn if draw and (not draw["holds"] or draw["foreign"] or draw["skipped"])]
    return _flag("draw_odd", number=odd[0], n=len(odd)) if odd else None


def speed(own: Stay | None, others: Iterable[Stay]) -> Flag | None:
    """Too fast from the visit before, or to the one after, by the same inspectors; the worst is told.

    Two visits at one time far apart are told with ``kmh`` ``None``.
    """
    found = [_pace(own, other) for other in others if own is not None and other["visit"] != own["visit"]]
    fast = [one for one in found if one["km"] >= SPEED_MIN_KM and (one["kmh"] is None or one["kmh"] > SPEED_MAX_KMH)]
    if not fast:
        return None
    worst = max(fast, key=lambda one: (one["kmh"] is None, one["kmh"] or 0, one["km"], one["visit"]))
    return _flag("speed", [worst["visit"]], **{name: worst[name] for name in ("km", "minutes", "kmh")})


def fixes_frozen(doc: Mapping[str, Any]) -> Flag | None:
    """One phone gave exactly one position, taken at different moments: a simulated one does that."""
    for device in doc["devices"]:
        own = [fix for fix in fixes_of_visit(doc) if fix["device"] == device and fix["source"] != "manual"]
        taken = {fix["t"] for fix in own}
        if len({(fix["lon"], fix["lat"]) for fix in own}) == 1 and len(taken) >= FROZEN_FIXES \
                and _minutes(min(taken), max(taken)) >= FROZEN_MINUTES:
            return _flag("fixes_frozen", n=len(taken), minutes=round(_minutes(min(taken), max(taken))))
    return None


def clock_offset(clocks: Mapping[str, Sequence[Clocked]]) -> Flag | None:
    """A phone's clock was off by more than ten minutes (§4.13): minutes ahead at least, negative behind."""
    worst = max((line.offset for lines in clocks.values() for line in lines), key=abs, default=0)
    return _flag("clock_offset", minutes=round(worst / MINUTE_MS)) if is_off(worst) else None


def is_off(offset: int) -> bool:
    """Whether a clock's ``offset`` (milliseconds) is more than is borne without a word."""
    return abs(offset) > CLOCK_TOLERANCE.total_seconds() * 1000


def clock_moved(clocks: Mapping[str, Sequence[Clocked]]) -> Flag | None:
    """A phone's clock was moved during the visit: by so many minutes at least, negative back."""
    worst = max((moved(lines) for lines in clocks.values()), key=abs, default=0)
    return _flag("clock_moved", minutes=round(worst / MINUTE_MS)) if worst else None


def interview_short(doc: Mapping[str, Any]) -> Flag | None:
    """Between a household that counts and what the same phone recorded before it lies too little time to have asked."""
    short = []
    counted = {household["household"] for household in counted_households(doc)}  # type: ignore[arg-type]
    began = {one["device"]: one["at"] for one in doc["members"]}
    for device in doc["devices"]:
        own = sorted((h for h in doc["households"] if h["device"] == device), key=lambda h: h["seq"])
        before = [began.get(device, doc["opened_at"]), *(h["at"] for h in own)]
        short += [(_minutes(since, h["at"]), h["number"]) for since, h in zip(before, own)
                  if since and h["household"] in counted and _minutes(since, h["at"]) < INTERVIEW_MINUTES]
    return _flag("interview_short", n=len(short), minutes=round(min(short)[0], 1), number=min(short)[1]) if short else None


def phones_apart(doc: Mapping[str, Any], params: Mapping[str, Any]) -> Flag | None:
    """Two phones of one visit were at the same time further apart than team-mates are; the furthest is told.

    ``km`` is what lies between them for sure: the distance without both errors. Settings: ``phones_apart_km``,
    ``phones_apart_minutes``.
    """
    limits = thresholds(params)
    placed = _usable(doc, params)
    placed = placed[::-(-len(placed) // FIXES_COMPARED) or 1]
    apart = [(_km(one, other) - (one["acc"] + other["acc"]) / 1000, abs(_minutes(one["at"], other["at"])))
             for one, other in combinations(placed, 2)
             if one["device"] != other["device"] and abs(_minutes(one["at"], other["at"])) <= limits["phones_apart_minutes"]]
    km, minutes = max(apart, default=(0.0, 0.0), key=lambda pair: (pair[0], -pair[1]))
    return _flag("phones_apart", km=round(km, 1), minutes=round(minutes)) if km > limits["phones_apart_km"] else None


def phone_unplaced(doc: Mapping[str, Any], params: Mapping[str, Any]) -> Flag | None:
    """A phone joined the visit and never had a usable position: nothing shows that it was there."""
    placed = {fix["device"] for fix in _usable(doc, params)}
    without = [one for one in doc["members"] if one["how"] == "joined" and one["device"] not in placed]
    return _flag("phone_unplaced", n=len(without)) if without else None


def datum_unknown(doc: Mapping[str, Any], datums: Mapping[str, str] | None = None) -> Flag | None:
    """Positions in a frame that no test bears out: of a phone not tested at the known point, shifted in a way that nobody
    knows, or converted though its last test (``datums``, by phone) found something else (``rules/datum.py``).
    """
    unborne = [fix for fix in doc["fixes"] if datums is not None and fix.get("given") and datums.get(fix["device"]) != "gcj02"]
    unknown = [fix["datum"] for fix in doc["fixes"] if fix["datum"] in ("untested", "odd") or fix in unborne]
    return _flag("datum_unknown", n=len(unknown), odd=unknown.count("odd")) if unknown else None


def datum_differs(doc: Mapping[str, Any]) -> Flag | None:
    """The phone converted its positions to WGS-84 otherwise than the server does; the furthest is told in metres."""
    given = [fix["given"]["off_m"] for fix in doc["fixes"] if fix.get("given")]
    off = [metres for metres in given if metres is None or metres > DIFFERS_M]
    return _flag("datum_differs", n=len(off), metres=round(max(metres or 0 for metres in off))) if off else None


def stay_of(doc: Mapping[str, Any], params: Mapping[str, Any]) -> Stay | None:
    """Where the visit was first and last by its clock; ``None`` without a usable fix."""
    usable = sorted(_usable(doc, params), key=lambda fix: (fix["at"], fix["fix"]))
    return {"visit": doc["visit"], "first": _spot(usable[0]), "last": _spot(usable[-1])} if usable else None


def _usable(doc: Mapping[str, Any], params: Mapping[str, Any]) -> list[dict[str, Any]]:
    limits = PlaceParams.of(params)
    return [fix for fix in fixes_of_visit(doc) if unusable_because(Fix.of(fix, fix["at"]), limits) is None]


def _spot(fix: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fix[name] for name in ("lon", "lat", "at")}


def _pace(own: Stay, other: Stay) -> dict[str, Any]:
    earlier, later = (own, other) if own["first"]["at"] < other["first"]["at"] else (other, own)
    begin, end = earlier["last"], later["first"]
    km = _km(begin, end)
    minutes = _minutes(begin["at"], end["at"])
    return {"visit": other["visit"], "km": round(km, 1), "minutes": round(minutes),
            "kmh": round(km / minutes * 60) if minutes > 0 else None}


def _km(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    # On a sphere: half a percent is nothing to a flag, and a queue compares every visit with many others.
    south, north = radians(one["lat"]), radians(other["lat"])
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(radians(other["lon"] - one["lon"]) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def _minutes(earlier: Any, later: Any) -> float:
    begin, end = parse_time(earlier), parse_time(later)
    return 0.0 if begin is None or end is None else _span(begin, end)


def _span(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds() / 60


def _flag(code: str, visits: Sequence[str] = (), **figures: Any) -> Flag:
    return {"code": code, "figures": figures, "visits": list(visits)}
