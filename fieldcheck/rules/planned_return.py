"""A planned return (计划返回), said by an inspector of one's own accord. Source: ``docs/inspection-rules.md`` §6, 9.

Coarse: a moment and at most a township. For the own team's leader alone, and forgotten on the next day. Not at its midnight:
whoever is missing at night must not vanish from the leader's page while somebody is looking.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from .evidence import BEIJING

FORGOTTEN_AT = timedelta(hours=12)
"""Noon of the next day, in Beijing."""
AHEAD_MAX = timedelta(hours=24)
"""It is about the day at hand; a phone whose clock says otherwise is not listened to."""


def forgotten_at(back_at: datetime) -> datetime:
    """When nothing of a return planned for this moment may be left on the server."""
    there = back_at + BEIJING
    return there.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) + FORGOTTEN_AT - BEIJING


def is_kept(back_at: datetime, now: datetime) -> bool:
    """Whether the server keeps it at all: it is about today, and not yet to be forgotten."""
    return back_at - now <= AHEAD_MAX and now < forgotten_at(back_at)


def is_overdue(back_at: datetime, now: datetime, minutes: float) -> bool:
    """Whether the leader is told: ``minutes`` (setting ``return_overdue_minutes``) have passed since."""
    return now - back_at >= timedelta(minutes=minutes)
