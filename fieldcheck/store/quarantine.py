"""Segments kept aside: forks (分叉) of a chain, and what revoked phones still handed in. Not a fold of the log."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from .database import write

#: Of one phone, until the office settles it: months of honest work, and no way to fill the disk with a stolen phone.
UNSETTLED_MAX_BYTES = 32 * 1024 * 1024


def size(db: Database, device: str) -> int:
    """How many bytes of a phone wait to be settled."""
    return db.execute("SELECT coalesce(sum(length(jwe)), 0) FROM quarantine WHERE device = ? AND settled IS NULL",
                      [device]).fetchone()[0]


def open_forks(db: Database) -> list[dict[str, Any]]:
    """What nobody has settled yet, with the phone's name and inspector, oldest first, in chain order."""
    return list(db.query(
        """SELECT q.id, q.device, q.code, q.first, q.last, q.prev, q.head, q.at, d.name, d.inspector
           FROM quarantine q LEFT JOIN devices d USING (device) WHERE q.settled IS NULL
           ORDER BY q.device, q.first, q.at"""))


def kept(db: Database, identity: str) -> dict[str, Any] | None:
    """One quarantined segment, its bytes included."""
    rows = list(db.query("SELECT * FROM quarantine WHERE id = ?", [identity]))
    return rows[0] if rows else None


def settle(db: Database, identity: str, how: str, reason: str, at: str) -> None:
    """Mark as "adopted" or "dismissed"; the bytes stay."""
    db.execute("UPDATE quarantine SET settled = ?, settled_at = ?, reason = ? WHERE id = ?", [how, at, reason, identity])


def forget_settled(db: Database, before: str) -> int:
    """Drop the bytes of what was settled before then: names are in them, and what was adopted stands in the log."""
    with write(db):
        db.execute("PRAGMA secure_delete = ON")
        return db.execute("UPDATE quarantine SET jwe = '' WHERE settled_at < ? AND jwe <> ''", [before]).rowcount
