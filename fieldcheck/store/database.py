"""Opening the one database file, and the one write transaction."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from sqlite_utils import Database

from .migrations import migrations

BUSY_TIMEOUT_MS = 10_000
# Threads of one process queue here in order; SQLite's own busy handler would let them starve one another.
_writer = threading.RLock()


def open_database(path: Path | str) -> Database:
    """A connection for one thread: WAL, every commit durable, foreign keys enforced, schema up to date."""
    db = Database(str(path), strict=True)
    db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    if migrations.pending(db):
        with write(db):
            migrations.apply(db)
    return db


@contextmanager
def write(db: Database) -> Iterator[Database]:
    """The write transaction: begun at once (BEGIN IMMEDIATE), committed whole or not at all; inner uses join it."""
    if db.conn.in_transaction:
        yield db
        return
    with _writer:
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.conn.rollback()
            raise
        db.conn.commit()
