"""Where the data lies and how the server is reached. Every setting can come from ``FIELDCHECK_<NAME>``."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Mapping

from .rules.limits import PHONE_CALLS
from .rules.retention import KEPT_DAYS, Keep
from .rules.session_ends import Lasts


@dataclass(frozen=True)
class Config:
    """Settings of one installation.

    ``data``: the data folder. ``origin``: scheme and host under which phones reach the server (needed behind a
    proxy; without it each request's own). ``demo``: the database is a demonstration (演示) and never listens beyond
    loopback. ``photo_max_bytes``: the largest sealed photo taken. ``metrics_token``: who brings it reads ``/metrics``.
    ``log``: ``plain``, ``json`` or ``off``. ``proxies``: how many stand in front and say in ``X-Forwarded-For`` whom
    they speak for. ``keep``: how long what is kept, in days from the close of a round. ``session_hours``: the longest session at the desk; ``session_idle_minutes``: of the command office, the
    auditor and the administrator, while nobody acts. ``phone_calls_per_minute``: of one phone; 0 counts nothing.
    """

    data: Path
    origin: str | None = None
    demo: bool = False
    photo_max_bytes: int = 20_000_000
    metrics_token: str | None = field(default=None, repr=False)
    log: str = "plain"
    proxies: int = 0
    keep: Keep = KEPT_DAYS
    session_hours: float = 12
    session_idle_minutes: float = 30
    phone_calls_per_minute: int = PHONE_CALLS

    @property
    def lasts(self) -> Lasts:
        """How long sessions at the desk last."""
        return Lasts(timedelta(hours=self.session_hours), timedelta(minutes=self.session_idle_minutes))

    @property
    def database(self) -> Path:
        """The one SQLite file."""
        return self.data / "fieldcheck.db"

    @property
    def keys(self) -> Path:
        """The folder of the server's keys."""
        return self.data / "keys"


SETTINGS = ("FIELDCHECK_DATA", "FIELDCHECK_ORIGIN", "FIELDCHECK_PHOTO_MAX_BYTES", "FIELDCHECK_METRICS_TOKEN",
            "FIELDCHECK_LOG", "FIELDCHECK_PROXIES", "FIELDCHECK_KEEP_HOUSEHOLD_DAYS", "FIELDCHECK_KEEP_PHOTOS_DAYS",
            "FIELDCHECK_KEEP_FINDINGS_DAYS", "FIELDCHECK_KEEP_LOG_DAYS", "FIELDCHECK_SESSION_HOURS", "FIELDCHECK_SESSION_IDLE_MINUTES",
            "FIELDCHECK_PHONE_CALLS_PER_MINUTE")
"""Every environment variable that is read; ``docs/architecture.md`` lists the same."""


def load_config(data: Path | str | None = None, environment: Mapping[str, str] = os.environ) -> Config:
    """Settings from the environment, ``data`` from the command line first.

    A folder is a demonstration when it holds the file ``DEMO``, written when the demo is made.
    """
    folder = Path(data or environment.get("FIELDCHECK_DATA") or "fieldcheck-data").resolve()
    return Config(
        data=folder,
        origin=environment.get("FIELDCHECK_ORIGIN") or None,
        demo=(folder / "DEMO").exists(),
        photo_max_bytes=int(environment.get("FIELDCHECK_PHOTO_MAX_BYTES", Config.photo_max_bytes)),
        metrics_token=environment.get("FIELDCHECK_METRICS_TOKEN") or None,
        log=environment.get("FIELDCHECK_LOG", Config.log),
        proxies=int(environment.get("FIELDCHECK_PROXIES", Config.proxies)),
        keep=Keep(int(environment.get("FIELDCHECK_KEEP_HOUSEHOLD_DAYS", KEPT_DAYS.household)),
                  int(environment.get("FIELDCHECK_KEEP_PHOTOS_DAYS", KEPT_DAYS.photos)),
                  int(environment.get("FIELDCHECK_KEEP_FINDINGS_DAYS", KEPT_DAYS.findings)),
                  int(environment.get("FIELDCHECK_KEEP_LOG_DAYS", KEPT_DAYS.log))),
        session_hours=float(environment.get("FIELDCHECK_SESSION_HOURS", Config.session_hours)),
        phone_calls_per_minute=int(environment.get("FIELDCHECK_PHONE_CALLS_PER_MINUTE", Config.phone_calls_per_minute)),
        session_idle_minutes=float(environment.get("FIELDCHECK_SESSION_IDLE_MINUTES", Config.session_idle_minutes)),
    )
