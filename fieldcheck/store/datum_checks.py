"""What phones said at the known point (定位校准), a fold of the log: the last test of each phone stands."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from sync.fork import device_of

from ..rules.datum import shift_between, verdict


def fold(db: Database, chain: str, body: dict[str, Any], at: str) -> None:
    """A ``datum.checked``: the verdict is reckoned again from what the receiver gave, the phone's own is kept beside it."""
    known, said = (body["lon"], body["lat"]), (body["said"]["lon"], body["said"]["lat"])
    db.execute(
        """INSERT OR REPLACE INTO datum_checks (device, at, point, verdict, phone_verdict, metres) VALUES (?, ?, ?, ?, ?, ?)""",
        [device_of(chain), at, body["point"], verdict(*known, *said), body["verdict"],
         min(round(shift_between(*known, *said).metres), 10**9)])


def by_device(db: Database) -> dict[str, dict[str, Any]]:
    """The last test of each phone: ``at`` (arrival), ``point``, ``verdict``, ``phone_verdict``, ``metres`` off.

    A phone that went on under a new number is the same receiver: what was found before stands until it is tested again.
    """
    checks = {row["device"]: row for row in db.query("SELECT * FROM datum_checks")}
    # Earliest first, so that a predecessor has what it has by the time its successor asks.
    for device, predecessor in db.execute("SELECT device, predecessor FROM devices ORDER BY enrolled_at, rowid").fetchall():
        if device not in checks and predecessor in checks:
            checks[device] = checks[predecessor]
    return checks
