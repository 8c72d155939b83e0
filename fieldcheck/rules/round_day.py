"""The days of a round (轮次第几天) in Beijing, for looking back at it."""

from __future__ import annotations

from datetime import datetime, timedelta

from .evidence import BEIJING, beijing_day


def _midnight(moment: datetime) -> datetime:
    return (moment + BEIJING).replace(hour=0, minute=0, second=0, microsecond=0) - BEIJING


def days_so_far(starts: datetime, now: datetime) -> int:
    """How many days after its first one the round is on now; 0 on the first day and before."""
    return max(0, (_midnight(now) - _midnight(starts)).days)


def evening_of(starts: datetime, day: int) -> datetime:
    """The last millisecond of that day of the round, 0 being its first."""
    return _midnight(starts) + timedelta(days=day + 1) - timedelta(milliseconds=1)


def days_of_round(starts: datetime, ends: datetime) -> tuple[str, str]:
    """The first and the last day on which the round is under way as it was planned; ``ends`` is the moment when it no longer is."""
    return beijing_day(starts), beijing_day(ends - timedelta(milliseconds=1))
