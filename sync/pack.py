"""The documents of the day's pack, one ``TypedDict`` each. Prose: ``docs/protocol.md`` §5.7.

(No postponed annotations here: Python 3.11 would not see which members may be absent.)
"""

from typing import Any, Literal, NotRequired, TypedDict


class Village(TypedDict):
    """A village (村) to choose; where it lies, in degrees WGS-84, ``None`` where the register does not know."""

    id: str
    name: str
    latin: str | None
    lon: float | None
    lat: float | None


class PackAssignment(TypedDict):
    """A revealed assignment (任务). ``outline`` is GeoJSON, EPSG:4326; ``boundary_error_m`` in metres.

    ``*_latin`` is the name in machine pinyin, ``None`` where the register was taken in before there was any.
    """

    assignment: str
    unit: str
    unit_name: str
    unit_latin: str | None
    county_name: str
    county_latin: str | None
    village: str | None
    village_name: str | None
    village_latin: str | None
    members: list[str]
    team: str
    reveal_at: str
    outline: dict[str, Any] | None
    boundary_error_m: float
    villages: list[Village]
    village_seed: str


class Hidden(TypedDict):
    """There is an assignment; what it is can be seen from ``reveal_at`` on, or opened by the code of the draw ``batch``."""

    reveal_at: str
    batch: NotRequired[str]
    sealed: NotRequired[str]


class PackRound(TypedDict):
    """The round that the assignments belong to."""

    id: str
    name: str
    ends: str


class PackMember(TypedDict):
    """A member of the team. ``code_salt`` and ``code_check`` let a phone see that a typed short code is right."""

    id: str
    name: str
    team: str | None
    code_salt: str | None
    code_check: str | None
    code_rounds: int | None


class PackResult(TypedDict):
    """What the office decided on a visit of the inspector's team; ``line`` is the hash of the desk's line."""

    visit: str
    state: Literal["accepted", "returned", "rejected"]
    line: str
    fix: list[str]
    note: str
    at: str


class PackPhone(TypedDict):
    """A phone of a visit that several record, and the last line of the visit that the server holds of it."""

    device: str
    inspector: str | None
    name: str
    seq: int
    hash: str
    households: int


class PackVisit(TypedDict):
    """An undecided visit that the calling phone and others record."""

    visit: str
    sealed_at: str | None
    phones: list[PackPhone]


class PackTownship(TypedDict):
    """A township of the phone's map. ``status`` by the own team's visits alone; ``outline`` ``None`` where an assignment
    of the same pack holds it.
    """

    unit: str
    name: str
    latin: str | None
    county_name: str
    boundary_error_m: float
    status: Literal["covered", "visited_unverified", "unvisited", "excluded"]
    outline: dict[str, Any] | None


class PackLearned(TypedDict):
    """Where a village of an assignment is, learned from accepted visits of the own team alone. ``error_m``: metres within
    which half of those ``visits`` lie.
    """

    village: str
    lon: float
    lat: float
    error_m: int
    visits: int


class KnownPoint(TypedDict):
    """A place whose degrees (WGS-84) the office knows for sure: phones are tested there."""

    name: str
    lon: float
    lat: float


class Pack(TypedDict):
    """What a phone needs for its day."""

    cursor: str
    time: str
    round: PackRound | None
    assignments: list[PackAssignment]
    hidden: list[Hidden]
    members: list[PackMember]
    checklist: dict[str, Any]
    params: dict[str, Any]
    results: list[PackResult]
    visits: list[PackVisit]
    townships: list[PackTownship]
    learned: list[PackLearned]
    known_point: KnownPoint | None
    orders: list[str]
