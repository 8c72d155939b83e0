"""Planned returns (计划返回): one a phone, never on the log, deleted the next day by the durable queue. No fold."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Mapping

from sqlite_utils import Database

from ..rules.faults import parse_time
from ..rules.planned_return import forgotten_at, is_kept
from ..times import written
from . import jobs


def keep(db: Database, device: str, said: Mapping[str, Any] | None, now: datetime) -> None:
    """What the phone says last stands; that it says nothing is its "I am back". Inside a write transaction."""
    db.execute("DELETE FROM planned_returns WHERE device = ?", [device])
    back_at = parse_time(said["at"]) if said else None
    if said is None or back_at is None or not is_kept(back_at, now):
        return
    due = written(forgotten_at(back_at))
    db.execute("INSERT INTO planned_returns (device, back_at, unit, forget_at) VALUES (?, ?, ?, ?)",
               [device, said["at"], said["unit"], due])
    jobs.ask_once(db, jobs.FORGET_RETURNS, due, due)


def of_team(db: Database, team: str, at: str) -> list[dict[str, Any]]:
    """The team's planned returns that are not to be forgotten by ``at``, earliest first: inspector, ``back_at``, ``unit``."""
    return list(db.query(
        """SELECT d.inspector, p.back_at, p.unit FROM planned_returns p JOIN devices d USING (device)
           WHERE d.team = ? AND d.revoked_at IS NULL AND p.forget_at > ? ORDER BY p.back_at, d.inspector""", [team, at]))


def forget(db: Database, at: str) -> int:
    """Delete what is to be forgotten by ``at``; how many there were. Inside a write transaction."""
    return db.execute("DELETE FROM planned_returns WHERE forget_at <= ?", [at]).rowcount
