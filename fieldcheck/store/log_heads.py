"""Signed heads of the log (日志首), one a week and whenever somebody asks. No fold: each was said at its time."""

from __future__ import annotations

from typing import NamedTuple

from sqlite_utils import Database

from sync.log_head import LOG_HEAD_TYPE, LogHead, head_claims, heads_at

from ..keys import Keys
from ..rules.evidence import beijing_day
from ..times import moment
from . import log


class Kept(NamedTuple):
    """A head as it was said: ``signed`` is its JWS, ``at`` the server's clock."""

    head: LogHead
    at: str
    signed: str


def keep(db: Database, kept: Kept) -> None:
    """Keep a head. One of the same size is kept once: the first that was said."""
    db.execute("INSERT OR IGNORE INTO log_heads (size, date, head, at, signed) VALUES (?, ?, ?, ?, ?)",
               [kept.head.size, kept.head.date, kept.head.head, kept.at, kept.signed])


def every(db: Database) -> list[Kept]:
    """All that are kept, shortest log first."""
    return [Kept(LogHead(date, size, head), at, signed) for size, date, head, at, signed in
            db.execute("SELECT size, date, head, at, signed FROM log_heads ORDER BY size")]


def of_size(db: Database, size: int) -> Kept | None:
    """The head kept of that size."""
    return next((kept for kept in every(db) if kept.head.size == size), None)


def signed_now(db: Database, keys: Keys, at: str) -> Kept:
    """The head over the whole log, signed and kept; where the log has not grown since the last one, that one.

    A log that was cut and grew to the same length again has another head than the one that is kept: then that other one, which
    takes no place of what was said before. Reckoned from the receipts, some 1 µs an entry. Joins the caller's write transaction.
    """
    size = log.size_at(db)
    head, held = heads_at(log.receipts(db, size), [size])[size], of_size(db, size)
    if held is None or held.head.head != head:
        said = LogHead(beijing_day(moment(at)), size, head)
        held = Kept(said, at, keys.sign(head_claims(said, at), LOG_HEAD_TYPE))
        keep(db, held)
    return held
