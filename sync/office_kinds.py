"""The bodies of the office's acts on accounts and on findings, for ``desk_kinds.py``. The prose is ``docs/protocol.md`` §6.2.

(No postponed annotations here: Python 3.11 would not see which members may be absent.)
"""

from typing import Literal, NotRequired, TypedDict


class AccountAdded(TypedDict):
    """A new account, by its id: neither its name nor anything secret stands on the log. ``county``: a unit's internal id."""

    account: str
    role: str
    team: Literal["A", "B"] | None
    county: str | None


class AccountChanged(TypedDict):
    """An act on an account. ``role``, ``team``, ``county`` where a role was given; the line's ``actor`` did it."""

    account: str
    what: Literal["role", "disabled", "enabled", "password", "second_factor_made", "second_factor_reset", "sessions_ended"]
    role: NotRequired[str]
    team: NotRequired[Literal["A", "B"] | None]
    county: NotRequired[str | None]


class FindingConfirmed(TypedDict):
    """问题确认. ``summary_private``: what may be handed over, in the office's words beside the inspector's own."""

    finding: str
    visit: str
    severity: Literal["minor", "moderate", "serious", "urgent"]
    a9: str | None
    summary_private: str


class FindingHandedOver(TypedDict):
    """交办: to one county, as closely as ``disclosure`` says, not to be seen before ``embargo_until``."""

    finding: str
    visit: str
    county: str
    disclosure: Literal["village_only", "household_number"]
    urgent: bool
    embargo_until: str


class FindingSignedFor(TypedDict):
    """签收: somebody of the county has read it."""

    finding: str
    county: str


OFFICE_KINDS: dict[str, type] = {
    "account.added": AccountAdded, "account.changed": AccountChanged, "finding.confirmed": FindingConfirmed,
    "finding.handed_over": FindingHandedOver, "finding.signed_for": FindingSignedFor,
}
