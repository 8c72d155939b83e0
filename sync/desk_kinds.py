"""The bodies of what the desk writes, one ``TypedDict`` a kind; phones' are in ``kinds.py``. The prose is ``docs/protocol.md`` §6.2.

(No postponed annotations here: Python 3.11 would not see which members may be absent.)
"""

from typing import Any, Literal, NotRequired, TypedDict

from .office_kinds import OFFICE_KINDS
from .plan_kinds import PLAN_KINDS
from .round_kinds import ROUND_KINDS
from .unit_kinds import UNIT_KINDS

Team = Literal["A", "B"]
Hash = str
"""64 lower-case hex digits of a SHA-256; ``…_private`` fields name a private record."""


class Narrowed(TypedDict):
    """Which candidates of the place a learned village left to choose from, and how many visits had taught it then."""

    left: list[str]
    village: str
    visits: int


class VisitAccepted(TypedDict):
    """审核通过. What the reviewer saw and decided; ``place_unit`` where the visit was in another unit than it claims."""

    visit: str
    place_unit: str | None
    place_confirmed: bool
    leak_confirmed: bool
    photos: list[Hash]
    opened: list[str]
    narrowed: NotRequired[Narrowed]


class VisitReturned(TypedDict):
    """退回修改. ``note`` is about the form only, never about people."""

    visit: str
    fix: list[str]
    note: str


class VisitRejected(TypedDict):
    """审核不通过: final."""

    visit: str
    reason: Literal["fabricated", "wrong_team", "recused", "other"]
    note: str


class VisitRecused(TypedDict):
    """应回避: who of a visit's confirmed inspectors was recused for its township when it was opened; the whole list each time.
    Neither why nor where else: the list of recusals is private.
    """

    visit: str
    inspectors: list[str]


class CompromisedChanged(TypedDict):
    """存疑, set or cleared with a reason that the auditor sees. ``doubts``: hashes of the ``visit.doubted`` lines that a
    clearing looked at; one that it did not see stands.
    """

    visit: str
    reason: str
    doubts: NotRequired[list[Hash]]


class AnswerChosen(TypedDict):
    """以哪个为准: of several phones' answers to one question the one that counts. ``line`` is the hash of the line that
    holds it, ``over`` those of the others that were looked at; ``subject`` is ``village`` or a household.
    """

    visit: str
    subject: str
    code: str
    line: Hash
    over: list[Hash]


class RegisterImported(TypedDict):
    """A register (区划名册) by its content hash; ``ids``: the hash of which unit has which internal id."""

    register: Hash
    edition: str
    counts: dict[str, int]
    ids: NotRequired[Hash]


class Exclusion(TypedDict):
    """A unit that inspection does not cover (不计入), by name and reason; ``signer`` answers for it, in the office's words."""

    unit: str
    reason: str
    signer: NotRequired[str]


class Scope(TypedDict):
    """应覆盖: internal unit ids, and each exclusion. ``in`` is a Python keyword, hence ``included``."""

    included: list[str]
    excluded: list[Exclusion]


class Waiver(TypedDict):
    """豁免: a village that has only so many listed households, why, and who answers for it, in the office's words."""

    village: str
    listed: int
    reason: str
    signer: str


class RoundOpened(TypedDict):
    """轮次. What it froze: register, checklist, every threshold, the scope, the waivers."""

    round: str
    name: str
    register: Hash
    starts: str
    ends: str
    checklist: str
    params: dict[str, Any]
    scope: Scope
    waivers: NotRequired[list[Waiver]]
    draw_commitment: NotRequired[Hash]


class AssignmentMade(TypedDict):
    """任务: a township for a team, shown on phones from ``reveal_at`` on."""

    assignment: str
    round: str
    team: Team
    unit: str
    village: str | None
    members: list[str]
    reveal_at: str


class DeviceEnrolled(TypedDict):
    """A phone and its two public keys. ``returned``: by its certificate, after a restore; it waits for a confirmation."""

    device: str
    inspector: str
    team: Team | None
    name: str
    signing_key: dict[str, str]
    transport_key: dict[str, str]
    predecessor: str | None
    returned: NotRequired[bool]


class DeviceConfirmed(TypedDict):
    """A phone that came back after a restore is in use as before."""

    device: str


class DeviceRevoked(TypedDict):
    """A phone lost or withdrawn."""

    device: str
    reason: str


class ForkSettled(TypedDict):
    """A quarantined segment adopted into the log as a branch, or dismissed, with a reason."""

    quarantine: Hash
    device: str
    reason: str


class RecordsErased(TypedDict):
    """已删除: private records and photos of one visit that are no longer kept, without a word of what they said."""

    visit: str
    why: Literal["retention", "asked", "mistaken", "ordered"]
    records: list[Hash]
    photos: list[Hash]
    household: NotRequired[str]


class RecordCorrected(TypedDict):
    """更正: what a private record should have said is kept beside it; ``earlier`` is what became of its first words."""

    visit: str
    record: Hash
    why: Literal["asked", "mistaken", "ordered"]
    earlier: Literal["kept", "erased"]


class HoldChanged(TypedDict):
    """不得删除, set or lifted: ``subject`` is a visit, or a photo by the hash of its sealed bytes."""

    of: Literal["visit", "photo"]
    subject: str
    reason: str


DESK_KINDS: dict[str, type] = {
    "register.imported": RegisterImported, "round.opened": RoundOpened, "assignment.made": AssignmentMade,
    "device.enrolled": DeviceEnrolled, "device.confirmed": DeviceConfirmed, "device.revoked": DeviceRevoked,
    "fork.adopted": ForkSettled, "fork.dismissed": ForkSettled,
    "visit.accepted": VisitAccepted, "visit.returned": VisitReturned, "visit.rejected": VisitRejected,
    "visit.compromised_set": CompromisedChanged, "visit.compromised_cleared": CompromisedChanged,
    "answer.chosen": AnswerChosen, "visit.recused": VisitRecused,
    "records.erased": RecordsErased, "record.corrected": RecordCorrected, "hold.set": HoldChanged, "hold.lifted": HoldChanged,
    **OFFICE_KINDS, **PLAN_KINDS, **ROUND_KINDS, **UNIT_KINDS,
}
