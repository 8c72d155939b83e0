"""Is the database as it must be: how it writes, and whether it is whole."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database

DURABLE = "wal, 2, 1"
"""WAL, ``synchronous=FULL``, foreign keys enforced."""


def durability(db: Database) -> str:
    """Journal mode, ``synchronous`` and ``foreign_keys`` of this connection, as ``DURABLE`` says how they must be."""
    return ", ".join(str(db.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("journal_mode", "synchronous", "foreign_keys"))


def damage(db: Database) -> str | None:
    """The first damage that SQLite itself finds in the file, or ``None``."""
    try:
        found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as fault:
        return str(fault)
    return None if found == "ok" else str(found)
