"""Opening the one database file, and the one write transaction."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from sqlite_utils import Database

from ..problems import Problem
from . import upgrades
from .disk import is_full
from .migrations_beside import migrations

BUSY_TIMEOUT_MS = 10_000
USUAL_CACHE_KIB, WHOLE_LOG_CACHE_KIB = 2_000, 131_072
"""Pages that a connection keeps: SQLite's own measure, and while the whole log is folded anew."""
# Threads of one process queue here in order; SQLite's own busy handler would let them starve one another.
_writer = threading.RLock()
_mine = threading.local()


def open_database(path: Path | str) -> Database:
    """A connection for one thread: WAL, every commit durable, foreign keys enforced, schema up to date.

    Before an older schema is brought up to date a copy of the file is kept beside it (``store/upgrades.py``).

    :raises Problem: ``database_newer``; ``storage_full``: no room for the copy, and nothing was changed.
    """
    db = Database(str(path), strict=True)
    db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    upgrades.refuse_newer(db)
    if upgrades.pending(db):
        upgrades.keep_copy(db, Path(path))
        with write(db):
            migrations.apply(db)
            upgrades.check(db)
    return db


def thread_database(path: Path | str) -> Database:
    """This thread's own connection to a database, kept from one use to the next.

    Opening one for each request costs a millisecond, and the last one to close makes SQLite write its log back.
    """
    kept: dict[str, Database] = _mine.__dict__
    name = str(path)
    if name not in kept:
        for other in list(kept):
            kept.pop(other).conn.close()
        kept[name] = open_database(path)
    return kept[name]


@contextmanager
def write(db: Database) -> Iterator[Database]:
    """The write transaction: begun at once (BEGIN IMMEDIATE), committed whole or not at all; inner uses join it.

    :raises Problem: ``storage_full``; nothing was kept.
    """
    if db.conn.in_transaction:
        yield db
        return
    with _writer:
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.conn.commit()
        except BaseException as fault:
            db.conn.rollback()
            if is_full(fault):
                raise Problem("storage_full") from None
            raise


@contextmanager
def for_the_whole_log(db: Database) -> Iterator[None]:
    """Keep more pages in memory for as long as this lasts: for whoever goes through the whole log."""
    db.execute(f"PRAGMA cache_size = -{WHOLE_LOG_CACHE_KIB}")
    try:
        yield
    finally:
        db.execute(f"PRAGMA cache_size = -{USUAL_CACHE_KIB}")
