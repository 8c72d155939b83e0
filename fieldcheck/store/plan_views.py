"""Who looked at the plan (查看计划), and who needs to know it (知悉范围): folds of plan.viewed and plan.readers_listed."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database


def fold_viewed(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act plan.viewed."""
    db.execute("INSERT INTO plan_views (round, batch, account, what, listed, shown, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
               [body["round"], body["batch"], body["by"], body["what"], int(body["listed"]), int(body["shown"]), at])


def fold_readers(db: Database, body: dict[str, Any], _at: str) -> None:
    """A desk act plan.readers_listed: the whole list of a round."""
    db.execute("DELETE FROM plan_readers WHERE round = ?", [body["round"]])
    db.conn.executemany("INSERT OR IGNORE INTO plan_readers (round, account) VALUES (?, ?)",
                        [(body["round"], account) for account in body["accounts"]])
    fold_readers_refused(db, body, _at)


def fold_readers_asked(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act plan.readers_asked: one list waits at a time, the last one."""
    db.execute("INSERT OR REPLACE INTO plan_readers_asked (round, accounts, asked_by, asked_at) VALUES (?, ?, ?, ?)",
               [body["round"], json.dumps(body["accounts"]), body["by"], at])


def fold_readers_refused(db: Database, body: dict[str, Any], _at: str) -> None:
    """A desk act plan.readers_refused: no list waits any more."""
    db.execute("DELETE FROM plan_readers_asked WHERE round = ?", [body["round"]])


def readers_asked(db: Database, round_id: str) -> dict[str, Any] | None:
    """The list that waits for a second person: ``accounts``, ``asked_by``, ``asked_at``; ``None`` where none does."""
    row = next(iter(db.query("SELECT * FROM plan_readers_asked WHERE round = ?", [round_id])), None)
    return row and {**row, "accounts": json.loads(row["accounts"])}


def readers(db: Database, round_id: str) -> list[str]:
    """The accounts that need to know the round's plan before its reveal."""
    return [row[0] for row in db.execute("SELECT account FROM plan_readers WHERE round = ? ORDER BY account", [round_id]).fetchall()]


def views_of(db: Database, round_id: str) -> list[dict[str, Any]]:
    """Every look at the round's draws, the latest first; for the auditor only."""
    return list(db.query("SELECT * FROM plan_views WHERE round = ? ORDER BY number DESC", [round_id]))


def alerts(db: Database, round_id: str) -> list[dict[str, Any]]:
    """The looks of those who were not on the list, the latest first (§2.5.6)."""
    return [one for one in views_of(db, round_id) if not one["listed"]]
