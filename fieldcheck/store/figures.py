"""Counts over the whole database, for metrics and ``doctor``. No names, no places."""

from __future__ import annotations

from sqlite_utils import Database


def alive(db: Database) -> None:
    """:raises sqlite3.Error: the database does not answer."""
    db.execute("SELECT 1").fetchone()


def figures(db: Database) -> dict[str, int]:
    """Name → number."""
    row = next(db.query(
        """SELECT (SELECT count(*) FROM segments) AS segments, (SELECT count(*) FROM messages) AS messages,
           (SELECT count(*) FROM message_flags) AS message_flags,
           (SELECT count(*) FROM quarantine WHERE settled IS NULL) AS quarantined_segments,
           (SELECT count(*) FROM visits) AS visits, (SELECT count(*) FROM photos WHERE state = 'verified') AS photos_verified,
           (SELECT count(*) FROM photos WHERE state = 'waiting') AS photos_waiting,
           (SELECT count(*) FROM plan_views WHERE listed = 0) AS plan_alerts,
           (SELECT count(*) FROM devices WHERE revoked_at IS NULL) AS devices"""))
    return dict(row)
