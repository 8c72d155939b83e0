"""A clock that a simulated day sets forward by itself."""

from __future__ import annotations

from datetime import datetime, timedelta


class Clock:
    """Call it for the moment it stands at; nothing but ``advance`` moves it."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        return self._now

    def advance(self, **step: float) -> None:
        """Set it forward, by the arguments of ``timedelta``."""
        self._now += timedelta(**step)

    def forward_to(self, moment: datetime) -> None:
        """Set it forward to ``moment``. :raises ValueError: it is past that already."""
        if moment < self._now:
            raise ValueError(f"{moment} is before {self._now}")
        self._now = moment
