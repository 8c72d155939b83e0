"""How long what is kept for whom (保存期限): counted in days from the close of a round. Source: ``docs/inspection-rules.md`` §6.

What is not of a closed round is never due: a round that nobody closes is kept whole.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, Mapping, NamedTuple

Rule = Literal["household", "photos", "findings"]
RULES: tuple[Rule, ...] = ("household", "photos", "findings")
#: Why something was erased: its time was over, the household asked for it, it should never have been noted, or an order.
WHY = ("retention", "asked", "mistaken", "ordered")
#: What people may give as the reason; ``retention`` is the clock's own.
WHY_OF_PEOPLE = WHY[1:]
#: Names who answered; every other private record is in the inspectors' own words.
NAMES_SOMEBODY = frozenset({"respondent_private", "photo_refused_private"})


class Keep(NamedTuple):
    """Days from a round's close: names of households, photos, words of findings and reasons; ``log``: of looks and
    sign-ins, from each on.
    """

    household: int
    photos: int
    findings: int
    log: int = 1826


KEPT_DAYS = Keep(household=365, photos=730, findings=1826)
"""One year, two years, five years, and five for the log: what stands in ``docs/inspection-rules.md`` §6 unless the office sets it otherwise."""


def due(closed_at: Mapping[str, datetime], keep: Keep, now: datetime) -> list[tuple[str, Rule]]:
    """Which rules have come due for which rounds, the round that was closed first first."""
    rounds = sorted(closed_at, key=lambda one: (closed_at[one], one))
    return [(one, rule) for one in rounds for rule in RULES
            if closed_at[one] + timedelta(days=getattr(keep, rule)) <= now]


def rule_of(field: str) -> Rule:
    """Under which rule the private record of a body's member falls."""
    return "household" if field in NAMES_SOMEBODY else "findings"
