"""How often one phone may call (``rules/limits.py``): counted in memory, for it protects the server and locks nobody out.

The counters of a minute are dropped with it, so they hold at most the phones that called within it, and these are enrolled.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from ..problems import Problem

MINUTE_S = 60


class PhonePace:
    """The calls of this minute, by phone."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._minute, self._calls = 0, dict[str, int]()
        self._lock = threading.Lock()

    def call(self, device: str, now: datetime) -> None:
        """One call of this phone.

        :raises Problem: ``phone_too_busy`` with ``until``, the end of the minute.
        """
        minute = int(now.timestamp()) // MINUTE_S
        with self._lock:
            if minute != self._minute:
                self._minute, self._calls = minute, {}
            calls = self._calls[device] = self._calls.get(device, 0) + 1
        if self._most and calls > self._most:
            raise Problem("phone_too_busy", until=datetime.fromtimestamp(minute * MINUTE_S, UTC) + timedelta(seconds=MINUTE_S))
