"""The bodies of messages, one ``TypedDict`` a kind; those of the desk are in ``desk_kinds.py``. The prose is ``docs/protocol.md`` §6.

A fault in a body never refuses a message: the fold flags it. A kind that is not listed here is kept and shown as
"from a newer app". (No postponed annotations here: Python 3.11 would not see which members may be absent.)
"""

from typing import Literal, NotRequired, TypedDict

from .desk_kinds import DESK_KINDS, Hash, Team
from .plan_kinds import PLAN_PHONE_KINDS


class Declarations(TypedDict):
    """The three declarations of a covert visit (四不两直): nobody was told, nobody came along, straight in."""

    not_notified: bool
    not_escorted: bool
    direct_entry: bool


class VisitOpened(TypedDict):
    """走访开始. ``unit``/``village`` are internal ids; ``app`` is the app's version."""

    assignment: str | None
    round: str
    unit: str
    village: str | None
    team: Team
    type: Literal["covert"]
    checklist: str
    app: str
    declarations: Declarations


class VisitJoined(TypedDict):
    """同行手机加入: a team-mate's own phone records the same visit; its signature confirms its inspector. Its
    households are numbered from ``numbers_from``, so that no number stands twice.
    """

    assignment: str | None
    round: str
    unit: str
    village: str | None
    team: Team
    type: Literal["covert"]
    checklist: str
    app: str
    numbers_from: int


class Degrees(TypedDict):
    """A position in degrees WGS-84."""

    lon: float
    lat: float


class FixTaken(TypedDict):
    """One position: degrees as the receiver gave them in ``datum``, ``acc`` in metres (95 % radius), ``t`` the position's
    own time. ``wgs84``: converted by the phone, where ``datum`` is ``gcj02``.
    """

    fix: str
    purpose: Literal["start", "household", "photo", "leaving", "watch"]
    lon: float
    lat: float
    acc: float
    t: str
    datum: Literal["wgs84", "gcj02", "untested", "odd"]
    source: Literal["gps", "demo", "manual"]
    household: NotRequired[str]
    wgs84: NotRequired[Degrees]


class DatumChecked(TypedDict):
    """定位校准: the phone stood at the known ``point`` (``lon``, ``lat`` WGS-84) and its receiver said ``said``; ``verdict``
    is the frame that its positions are in (``rules/datum.py``). It belongs to no visit.
    """

    point: str
    lon: float
    lat: float
    said: Degrees
    acc: float
    t: str
    verdict: Literal["wgs84", "gcj02", "odd"]


class HouseholdDrawn(TypedDict):
    """抽户: the ``draw``-th of a visit and phone. ``n`` rows or houses; ``rows`` in the order in which they are asked,
    ``step`` with a walk (``rules/household_draw.py``); ``photo`` of the posted list.
    """

    draw: int
    frame: Literal["posted_list", "walk"]
    n: int
    seed: Hash
    rows: list[int]
    step: NotRequired[int]
    photo: NotRequired[str]


class HouseholdRecorded(TypedDict):
    """户访. ``number`` counts within the visit; the household has no other name in a message. ``draw`` and ``row``:
    of this phone's ``household.drawn``; ``replaces``: the ``number`` that it stands in for.
    """

    household: str
    number: int
    type: Literal["poor", "exited", "edge", "general"]
    selection: Literal["random", "sight", "neighbour", "doubt", "revisit"]
    frame: NotRequired[Literal["posted_list", "walk"]]
    draw: NotRequired[int]
    row: NotRequired[int]
    replaces: NotRequired[int]
    outcome: Literal["complete", "partial", "not_home", "refused", "moved", "not_found"]
    respondent_private: NotRequired[Hash]
    fix: NotRequired[str]
    photo_refused_private: NotRequired[Hash]
    present_other: NotRequired[bool]
    alone: NotRequired[bool]


class Given(TypedDict):
    """One answer. ``value`` only where ``state`` is "answered"; the other states carry a reason. 三方对照: what the household
    ``says``, what the ``book`` says and what is ``seen`` stand apart; ``figures`` by their code.
    """

    code: str
    state: Literal["answered", "na", "not_found", "refused"]
    value: NotRequired[str | float | bool | list[str]]
    reason_private: NotRequired[Hash]
    says_private: NotRequired[Hash]
    book_private: NotRequired[Hash]
    seen_private: NotRequired[Hash]
    figures: NotRequired[dict[str, float]]


class AnswersRecorded(TypedDict):
    """Answers to checklist questions of the village or of one household."""

    level: Literal["village", "household"]
    answers: list[Given]
    household: NotRequired[str]


class PhotoTaken(TypedDict):
    """照片. ``sha256``/``size`` of the picture, ``sealed_*`` of the bytes that travel, ``key`` opens them. ``source``: the
    viewfinder, the phone's camera app, the gallery, drawn. ``masked``: blocks burned in (遮挡) before it was sealed.
    """

    photo: str
    sha256: Hash
    size: int
    sealed_sha256: Hash
    sealed_size: int
    key: str
    mime: Literal["image/jpeg", "image/png", "image/webp", "image/heic"]
    width: int
    height: int
    kind: Literal["place", "house", "water", "handbook", "notice", "project", "attendance", "industry", "other"]
    taken_at: str
    source: Literal["camera", "app", "file", "demo"]
    household: NotRequired[str]
    question: NotRequired[str]
    fix: NotRequired[str]
    remarks: NotRequired[list[Literal["black", "dark", "bright", "empty", "blurred"]]]
    masked: NotRequired[int]


class IdentityDisclosed(TypedDict):
    """亮明身份: the covert phase ends here."""


class ChainHead(TypedDict):
    """The last line of a chain that joined the visit."""

    device: str
    seq: int
    hash: Hash


class VisitSealed(TypedDict):
    """封存. Every photo's ``sha256``; what comes later is an amendment."""

    photos: list[Hash]
    declarations: Declarations
    heads: list[ChainHead]


class VisitLeft(TypedDict):
    """我的部分记完了: this phone is done, another one goes on and seals."""


class VisitAbandoned(TypedDict):
    """放弃, without blame."""

    reason_private: NotRequired[Hash]


class CompanionConfirmed(TypedDict):
    """同行人确认: a second inspector was there and typed the own short code. ``proof``: ``rules/companion.py``."""

    inspector: str
    how: Literal["code"]
    proof: Hash


class CadreArrived(TypedDict):
    """干部到场, at the line's own time. The visit goes on; later households count only if interviewed alone."""


class ProposalMade(TypedDict):
    """建议: what a negative answer proposes. Nothing comes of it until it is confirmed by a remark, or dismissed."""

    proposal: str
    level: Literal["village", "household"]
    question: str
    makes: Literal["finding", "lead"]
    severity: Literal["minor", "moderate", "serious", "urgent"]
    topics: list[str]
    household: NotRequired[str]
    a9: NotRequired[str]


class ProposalDismissed(TypedDict):
    """不算: the inspector says why it is no finding or lead (``no_case``), or the answer was changed."""

    proposal: str
    why: Literal["no_case", "answer_changed"]
    reason_private: NotRequired[Hash]


class Noted(TypedDict):
    """发现、线索、亮点 in the inspector's own words, which travel as a private record. ``proposal``: the one it confirms."""

    note: str
    level: Literal["village", "household"]
    fact_private: Hash
    household: NotRequired[str]
    question: NotRequired[str]
    topic: NotRequired[str]
    a9: NotRequired[str]
    severity: NotRequired[Literal["minor", "moderate", "serious", "urgent"]]
    photos: NotRequired[list[str]]
    proposal: NotRequired[str]


class PhotoAbsent(TypedDict):
    """没有照片的原因: why none stands beside an answer that wants one, or beside a finding (``note``)."""

    level: Literal["village", "household"]
    reason_private: Hash
    household: NotRequired[str]
    question: NotRequired[str]
    note: NotRequired[str]


class VisitDoubted(TypedDict):
    """存疑 as the team itself says it, once known; only the office clears it."""

    reason: Literal["leak", "escort_before", "escort_accepted", "not_straight_in", "other"]
    note_private: NotRequired[Hash]


class VisitReopened(TypedDict):
    """退回后重开: ``returned`` is the hash of the desk's ``visit.returned`` line that this answers."""

    returned: Hash


PHONE_KINDS: dict[str, type] = {
    "visit.opened": VisitOpened, "visit.joined": VisitJoined, "visit.left": VisitLeft, "fix.taken": FixTaken,
    "household.recorded": HouseholdRecorded, "household.drawn": HouseholdDrawn, "answers.recorded": AnswersRecorded,
    "photo.taken": PhotoTaken, "photo.absent": PhotoAbsent, "datum.checked": DatumChecked, "identity.disclosed": IdentityDisclosed,
    "visit.sealed": VisitSealed, "visit.abandoned": VisitAbandoned, "visit.reopened": VisitReopened,
    "companion.confirmed": CompanionConfirmed, "cadre.arrived": CadreArrived,
    "visit.doubted": VisitDoubted, "finding.noted": Noted, "lead.noted": Noted, "commendation.noted": Noted,
    "proposal.made": ProposalMade, "proposal.dismissed": ProposalDismissed,
    **PLAN_PHONE_KINDS,
}
WITHOUT_VISIT = frozenset({"datum.checked"})
"""Phones' kinds about the phone itself."""
KINDS = {**PHONE_KINDS, **DESK_KINDS}
