"""From an older schema to this program's: never without a copy beside the database, never backwards."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from ..problems import Problem
from .disk import full_is_a_problem
from .migrations_beside import migrations


def _every() -> frozenset[str]:
    empty = Database(memory=True)  # on which all of them are pending
    try:
        return frozenset(migration.name for migration in migrations.pending(empty))
    finally:
        empty.conn.close()


NAMES = _every()
"""Every migration that this program knows."""


def refuse_newer(db: Database) -> None:
    """:raises Problem: ``database_newer``: a later version of this program has changed it; nothing was touched."""
    unknown = {one.name for one in migrations.applied(db)} - NAMES
    if unknown:
        raise Problem("database_newer", schema=max(unknown))


def pending(db: Database) -> list[str]:
    """The names of the migrations that this database has not had yet."""
    return [migration.name for migration in migrations.pending(db)]


def keep_copy(db: Database, path: Path) -> Path | None:
    """Before an existing database is migrated: a copy beside it, named after the last migration it has had.

    One that is there already stays: an upgrade that was interrupted began with it. ``None`` for a new database.

    :raises Problem: ``storage_full``; then nothing is migrated.
    """
    applied = migrations.applied(db)
    if not applied:
        return None
    copy = path.with_name(f"{path.name}.as-of-{applied[-1].name}")
    if copy.exists():
        return copy
    part = copy.with_name(f"{copy.name}.part")
    part.unlink(missing_ok=True)
    try:
        with full_is_a_problem():
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            db.execute("VACUUM INTO ?", [str(part)])
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(copy)
    finally:
        part.unlink(missing_ok=True)
    return copy


def check(db: Database) -> None:
    """After migrating, inside the same transaction. :raises sqlite3.IntegrityError: a row names one that is not there."""
    broken = db.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise sqlite3.IntegrityError(f"{broken[0]} names a row of {broken[2]} that is not there")
