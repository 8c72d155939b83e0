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
