"""What must be kept (不得删除) while a referral or an order stands: a fold of the desk acts hold.set and hold.lifted."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database


def fold_set(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act hold.set: a visit with all that belongs to it, or one photo."""
    db.execute("INSERT OR REPLACE INTO holds (subject, of, reason, at) VALUES (?, ?, ?, ?)",
               [body["subject"], body["of"], body["reason"], at])


def fold_lifted(db: Database, body: dict[str, Any], _at: str) -> None:
    """A desk act hold.lifted."""
    db.execute("DELETE FROM holds WHERE subject = ?", [body["subject"]])


def hold_on(db: Database, subject: str) -> dict[str, Any] | None:
    """The hold on a visit, or on a photo by the hash of its sealed bytes."""
    rows = list(db.query("SELECT subject, of, reason, at FROM holds WHERE subject = ?", [subject]))
    return rows[0] if rows else None


def holds(db: Database) -> list[dict[str, Any]]:
    """All of them, the oldest first."""
    return list(db.query("SELECT subject, of, reason, at FROM holds ORDER BY at, subject"))
