"""How long a session lasts (会话): in all, and while nobody acts. NIST SP 800-63B §4.2.3; OWASP ASVS 5.0 §7.3."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .second_factor import NEEDED_BY

TOUCHED_EVERY = timedelta(seconds=60)
"""That somebody acted is written down at most so often."""

CONFIRMED_FOR = timedelta(minutes=10)
"""So long after somebody showed who they are, nobody asks again before what cannot be taken back. ASVS 5.0 §7.5."""


@dataclass(frozen=True)
class Lasts:
    """``whole``: the longest session of anybody; ``idle``: of those who see what many gave, while nobody acts."""

    whole: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(minutes=30)


def idle_end(lasts: Lasts, role: str, demo: bool, now: datetime) -> datetime:
    """When a session ends in which nobody acts from now on. Whoever tries a demonstration out is not hurried."""
    return now + (lasts.idle if role in NEEDED_BY and not demo else lasts.whole)
