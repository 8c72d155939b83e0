"""The bodies of what is written about the plan (计划): draws, reveals, redraws, who looked, the village on the spot. Prose: ``docs/draw.md``,
``docs/protocol.md`` §6.2.
"""

from typing import Literal, NotRequired, TypedDict

Team = Literal["A", "B"]
Hash = str
"""64 lower-case hex digits of a SHA-256."""


class PublicValue(TypedDict):
    """What was entered when a draw was made, and where anybody can look it up: dice thrown before witnesses, a lottery."""

    value: str
    source: str


class DrawMade(TypedDict):
    """抽签: the ``number``-th of a round, sealed until it is revealed; who goes is open. ``instead_of``: the draw that it
    replaces. ``inputs``: hash of the sealed text, salted with the secret (``docs/draw.md``).
    """

    batch: str
    round: str
    number: int
    team: Team
    day: str
    reveal_at: str
    members: list[str]
    assignment: str
    public: PublicValue
    sealed: str
    inputs: Hash
    instead_of: str | None


class DrawRevealed(TypedDict):
    """揭示: the place, and the secret with which anybody can draw it again; ``path`` leads to the round's commitment."""

    batch: str
    secret: Hash
    path: list[Hash]
    unit: str


class RedrawAsked(TypedDict):
    """申请重抽或退回: nothing happens until somebody else confirms it. ``public``: for the new draw; ``device``: the lost phone
    (``lost_phone``) that the task was on.
    """

    request: str
    batch: str
    what: Literal["redraw", "hand_back"]
    reason: Literal["recusal", "flood", "road", "weather", "safety", "vehicle", "lost_phone"]
    public: PublicValue | None
    by: str
    device: NotRequired[str]


class RedrawSettled(TypedDict):
    """复核: confirmed or refused by a second person."""

    request: str
    by: str


class PlanViewed(TypedDict):
    """查看计划: somebody opened a draw's content, was read its code for, or was refused (``shown`` false). ``listed``:
    whether they may: on the round's list of those who need to know, an auditor after the reveal, or the day was over.
    """

    round: str
    batch: str
    by: str
    what: Literal["content", "code", "record"]
    listed: bool
    shown: bool


class ReadersListed(TypedDict):
    """知悉范围: the accounts that need to know the round's plan before its reveal; the whole list each time, by whom.
    ``asked_by``: who asked to stand on it (``plan.readers_asked``), where somebody else confirmed that.
    """

    round: str
    accounts: list[str]
    by: str
    asked_by: NotRequired[str]


class ReadersRefused(TypedDict):
    """The list that was asked for is not kept."""

    round: str
    by: str


class StationingListed(TypedDict):
    """驻点对象: townships that weigh double in the draws of a round; the whole list each time."""

    round: str
    units: list[str]


class VillageDrawn(TypedDict):
    """抽村: the village that follows from the task's ``seed`` and the one gone to, which has a ``reason`` where it is another."""

    seed: Hash
    drawn: str
    taken: str
    reason: NotRequired[Literal["road", "flood", "weather", "safety", "recusal", "empty"]]


PLAN_PHONE_KINDS: dict[str, type] = {"village.drawn": VillageDrawn}
PLAN_KINDS: dict[str, type] = {
    "draw.made": DrawMade, "draw.revealed": DrawRevealed,
    "redraw.asked": RedrawAsked, "redraw.confirmed": RedrawSettled, "redraw.refused": RedrawSettled,
    "plan.viewed": PlanViewed, "plan.readers_listed": ReadersListed, "plan.readers_asked": ReadersListed,
    "plan.readers_refused": ReadersRefused, "stationing.listed": StationingListed,
}
