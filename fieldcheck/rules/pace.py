"""How many townships a week are still to be covered. Rule source: ``docs/inspection-rules.md`` §7.1."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from .evidence import BEIJING

WEEK_S = 7 * 24 * 3600


def needed_per_week(missing: int, now: datetime, ends: datetime) -> tuple[int, int]:
    """Weeks left, begun ones counted whole (0 once the round is over), and townships needed in each of them.

    Once the round is over, what is missing is needed at once.
    """
    weeks = max(0, ceil((ends - now).total_seconds() / WEEK_S))
    return weeks, ceil(missing / weeks) if weeks else missing


def next_week(now: datetime) -> datetime:
    """When the next week of the dispatch begins: Monday 0:00 in Beijing."""
    there = now + BEIJING
    monday = (there - timedelta(days=there.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return monday + timedelta(weeks=1) - BEIJING
