"""Segments kept aside: forks (分叉) of a chain, and what revoked phones still handed in. Not a fold of the log."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database


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
