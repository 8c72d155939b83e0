"""Counted tries (``rules/limits.py``). They stand in the database: a restart forgives nobody. No fold."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from ..problems import Problem
from ..rules.limits import LIMITS, WHO_REMEMBERED
from ..times import moment, written
from .database import write


def check(db: Database, what: str, who: str, now: datetime) -> None:
    """:raises Problem: ``too_many_tries`` with ``until``: the limit is reached and its stretch not over."""
    limit = LIMITS[what]
    row = db.execute("SELECT n, since FROM tries WHERE what = ? AND who = ?", [what, who]).fetchone()
    if row is not None and row[0] >= limit.tries and now < moment(row[1]) + limit.within:
        raise Problem("too_many_tries", until=moment(row[1]) + limit.within)


def count(db: Database, what: str, who: str, now: datetime) -> None:
    """One more try; a stretch that is over begins anew, and of too many counters the oldest go."""
    over = written(now - LIMITS[what].within)
    with write(db):
        db.execute("DELETE FROM tries WHERE what = ? AND since <= ?", [what, over])
        db.execute("INSERT INTO tries (what, who, n, since) VALUES (?, ?, 1, ?)"
                   " ON CONFLICT (what, who) DO UPDATE SET n = n + 1", [what, who, written(now)])
        db.execute("DELETE FROM tries WHERE what = ?1 AND who IN (SELECT who FROM tries WHERE what = ?1"
                   " ORDER BY since DESC LIMIT -1 OFFSET ?2)", [what, WHO_REMEMBERED])
