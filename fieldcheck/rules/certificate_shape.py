"""The shape of what a coverage certificate (覆盖凭证) says: every member, of its kind.

Source: ``docs/coverage-certificate.md`` §3.
(No postponed annotations here: Python 3.11 would not see which members may be absent.)
"""

import re
from datetime import date
from typing import Annotated, Any, Literal, Mapping, NotRequired, TypedDict

from pydantic import AfterValidator, Field, ValidationError

from sync.message import SEQ_MAX

from .faults import parse_time
from .shapes import adapter

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
RESTED_ON = ("min_inspectors", "min_minutes", "visit_min_hh", "twp_min_hh", "twp_min_listed", "twp_min_other", "stale_days")
"""The thresholds that a certificate's own claims can be held against."""


def one_line(text: str) -> str:
    """The text without anything that would begin another line or move the cursor: a stranger wrote it, and it is printed."""
    return _CONTROLS.sub(" ", text)


def _line(text: str) -> str:
    if _CONTROLS.search(text) or not text.strip():
        raise ValueError("one line")
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("blank")
    return text


def _day(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError("day")
    return text


def _moment(text: str) -> str:
    if parse_time(text) is None:
        raise ValueError("moment")
    return text


Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Line = Annotated[str, AfterValidator(_line)]
Said = Annotated[str, AfterValidator(_said)]
Day = Annotated[str, AfterValidator(_day)]
Moment = Annotated[str, AfterValidator(_moment)]
Count = Annotated[int, Field(ge=0, le=SEQ_MAX)]
Length = Annotated[int, Field(ge=1, le=SEQ_MAX)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Round(TypedDict):
    """The round (轮次): how it stands, and from when to when it runs (UTC)."""

    id: Line
    name: Line
    starts: Moment
    ends: Moment
    state: Literal["active", "closing", "closed"]


class Register(TypedDict):
    """The register that the round froze."""

    sha256: Hash
    edition: str
    datum: str


class Checklist(TypedDict):
    """The checklist that the round froze."""

    version: str
    sha256: Hash


class Scope(TypedDict):
    """``units`` = ``excluded`` + ``in_scope``."""

    units: Count
    excluded: Count
    in_scope: Count


class Township(TypedDict):
    """One township-level unit and the one class it is in; ``reasons``: what is missing, or why it is not counted; ``parts``: of
    a merged one the former units in scope, each of which must be covered by its own visits.
    """

    unit: Line
    code: Line
    name: str
    county: str
    status: str
    flags: list[str]
    reasons: list[str]
    parts: NotRequired[list[Line]]


class Household(TypedDict):
    """A household that counts (户), by its id in the visit, without name or place."""

    id: Line
    type: Literal["poor", "exited", "edge", "general"]


class CountedVisit(TypedDict):
    """A visit that counts (有效走访). ``date``: the day in Beijing; ``inspectors``: how many were confirmed; ``minutes`` on the
    spot; ``confirmed``: whether a reviewer confirmed the place; ``decision``: the hash of the desk's line that accepted it;
    ``messages``: the hashes of all its phones' lines, ``photos``: of the pictures that were verified then, both sorted.
    ``village_waived``: its village, where ``waivers`` name it; ``part``: the one of a merged township's that it was made to.
    """

    visit: Line
    unit: Line
    team: Literal["A", "B"]
    date: Day | None
    inspectors: Count
    minutes: Amount
    place: str
    confirmed: bool
    households: list[Household]
    decision: Hash
    messages: list[Hash]
    photos: list[Hash]
    village_waived: NotRequired[Line]
    part: NotRequired[Line]


class Grown(TypedDict):
    """A head that was printed before, and the path that shows that the log grew out of it (``sync/merkle.py``)."""

    date: Day
    size: Length
    head: Hash
    path: list[Hash]


class Log(TypedDict):
    """The log that all of it was reckoned from: how many entries, the head over them, what it grew out of."""

    size: Length
    head: Hash
    grew_from: list[Grown]


class Excluded(TypedDict):
    """A unit that is not counted (不计入), why, and who signed that; ``None`` where nobody had to."""

    unit: Line
    reason: Said
    signer: Said | None


class Waived(TypedDict):
    """A village with fewer listed households (建档立卡户) than a township needs (豁免): how many, why, who answers for it."""

    village: Line
    code: Line
    name: str
    listed: Count
    reason: Said
    signer: Said


class Gap(TypedDict):
    """A township in scope that the round leaves uncovered (缺口): why, who answers for it, when it was signed."""

    unit: Line
    reason: Said
    signer: Said
    at: Moment


class Claims(TypedDict):
    """Everything a certificate says. ``thresholds`` are all of them; ``classes`` counts the townships of each status.
    A round that is ``closed`` leaves no township that is neither covered nor signed off.
    """

    v: Length
    made_at: Moment
    date: Day
    round: Round
    register: Register
    checklist: Checklist
    thresholds: dict[str, Amount | str | list[str]]
    scope: Scope
    classes: dict[str, Count]
    townships: list[Township]
    exclusions: list[Excluded]
    gaps: list[Gap]
    waivers: NotRequired[list[Waived]]
    visits: list[CountedVisit]
    log: Log


def misshapen(claims: Mapping[str, Any]) -> str | None:
    """The path of the first member that is missing or of another kind, in one line; ``None`` where there is none."""
    try:
        adapter(Claims).validate_python(claims)
    except ValidationError as wrong:
        return one_line(".".join(map(str, wrong.errors(include_url=False, include_context=False)[0]["loc"])))
    limits = claims["thresholds"]
    return next((f"thresholds.{name}" for name in RESTED_ON
                 if isinstance(limits.get(name), bool) or not isinstance(limits.get(name), (int, float))), None)
