"""Who looked at what (查阅记录): an id and a moment, never the content. Apart from the message log, and no fold.

Source: ``docs/inspection-rules.md`` §6 (7), kept for five years.
"""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from .database import write

SHOWN = 300


def note(db: Database, account: str, what: str, object: str, at: str) -> None:
    """One look by this account at one thing: a row, a commit. Nothing is shown that could not be noted first."""
    with write(db):
        db.execute("INSERT INTO access_log (at, account, what, object) VALUES (?, ?, ?, ?)", [at, account, what, object])


def forget(db: Database, before: str) -> None:
    """Drop what is older: looks, and who signed in from where. Joins the caller's write transaction."""
    db.execute("DELETE FROM access_log WHERE at < ?", [before])
    db.execute("DELETE FROM sign_ins WHERE at < ?", [before])


def looks(db: Database, account: str | None = None, object: str | None = None, role: str | None = None) -> list[dict[str, Any]]:
    """The last looks, newest first: of everybody or one account or role, at everything or one id."""
    rows = db.execute(
        """SELECT l.at, l.account, l.what, l.object FROM access_log l JOIN accounts a ON a.id = l.account
           WHERE (?1 IS NULL OR l.account = ?1) AND (?2 IS NULL OR l.object = ?2) AND (?3 IS NULL OR a.role = ?3)
           ORDER BY l.number DESC LIMIT ?4""", [account, object, role, SHOWN])
    return [dict(zip(("at", "account", "what", "object"), row, strict=True)) for row in rows]
