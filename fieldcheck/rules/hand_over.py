"""Handing a finding over to a county (交办): what the county may learn, and from when on.

Source: ``docs/inspection-rules.md`` §4.1, §4.7, §6 (8). A county learns the village or less, the text as released, the
category of article 9 and the day it was handed over. Never the visit, a time of day, a position, an inspector, a
respondent, the team, or anything about another county.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Literal, Mapping

Disclosure = Literal["village_only", "household_number"]
#: 只到村, 到户号. Names are not handed over: the only ones that are held are those of who spoke.
DISCLOSURES: tuple[Disclosure, ...] = ("village_only", "household_number")
SEVERITIES = ("minor", "moderate", "serious", "urgent")
REFERRED_ONLY = frozenset({"V43", "H25", "H30"})
"""Questions whose findings go to the auditor and never to a county: signs of a crime about money (§4.7)."""
FEWEST_HOUSEHOLDS = 5
"""A household is not told apart where its village has fewer of its type (§6 (8))."""
TEXT_MAX = 500
_BEIJING = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Released:
    """What a county receives of one finding. ``number`` counts within the county; ``household`` is ``None`` where it is
    not told apart; ``text`` is ``None`` where it was erased.
    """

    number: int
    village: str
    household: int | None
    withheld: bool
    text: str | None
    a9: str | None
    severity: str
    day: str
    signed_day: str | None


def embargo_until(urgent: bool, now: datetime) -> datetime:
    """From when on a county may see it: the end of the day in Beijing, when no team is out any more; urgent ones at once."""
    if urgent:
        return now
    tomorrow = now.astimezone(_BEIJING).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=_BEIJING)


def day(at: datetime) -> str:
    """The day in Beijing, without its time."""
    return at.astimezone(_BEIJING).date().isoformat()


def may_be_handed_over(question: str | None) -> bool:
    """Whether a county may ever hear of a finding about this question."""
    return question not in REFERRED_ONLY


def household_told(disclosure: str, household: Mapping[str, Any] | None, listed_households: int | None) -> int | None:
    """The household's number where it may be told, else ``None``.

    :param listed_households: how many 建档立卡 households the village has, where the register knows. Of edge households
        nobody knows how many there are, so none is told apart.
    """
    if disclosure != "household_number" or household is None:
        return None
    known = {"poor": listed_households, "exited": listed_households, "general": FEWEST_HOUSEHOLDS}.get(household["type"])
    return household["number"] if known is not None and known >= FEWEST_HOUSEHOLDS else None
