"""What the desk says of a round (轮次) besides opening it: prepared, given up, closing, gaps signed off, closed.

(No postponed annotations here: Python 3.11 would not see which members may be absent.)
"""

from typing import Any, NotRequired, TypedDict


class DraftExclusion(TypedDict):
    """不计入, before the register is frozen: by code. ``signer``: who answers for it, in the office's words."""

    code: str
    reason: str
    signer: str


class DraftWaiver(TypedDict):
    """豁免, before the register is frozen: the village by its code."""

    village: str
    listed: int
    reason: str
    signer: str


class RoundDrafted(TypedDict):
    """轮次草案: what the round is going to freeze. Drafted again under the same id, it takes the former's place."""

    round: str
    name: str
    starts: str
    ends: str
    checklist: str
    params: dict[str, Any]
    exclusions: list[DraftExclusion]
    waivers: NotRequired[list[DraftWaiver]]


class RoundCancelled(TypedDict):
    """草案作废."""

    round: str
    reason: str


class RoundClosing(TypedDict):
    """轮次收尾: no new task any more; reviews finish, gaps are signed off."""

    round: str


class GapSigned(TypedDict):
    """缺口签字: a township in scope that is not covered, and why the round may close all the same."""

    round: str
    unit: str
    reason: str
    signer: str


class RoundClosed(TypedDict):
    """轮次关闭. ``size``: entries of the log from which its coverage was reckoned for the last time; ``claims``: the hash of
    what it came to (``docs/coverage-certificate.md`` §5); ``gaps``: the internal ids of townships that were signed off.
    """

    round: str
    size: int
    claims: str
    gaps: list[str]


ROUND_KINDS: dict[str, type] = {
    "round.drafted": RoundDrafted, "round.cancelled": RoundCancelled, "round.closing": RoundClosing, "gap.signed": GapSigned,
    "round.closed": RoundClosed,
}
