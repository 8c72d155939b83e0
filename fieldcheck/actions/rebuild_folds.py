"""``fieldcheck rebuild [--check]``: fold the whole log again, and say what the tables said otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from ..keys import load_keys
from ..store import folds, log, registers
from ..store.database import Database, write

SHOWN_CHARACTERS = 120


class Difference(NamedTuple):
    """A row that stands only in the tables ("surplus") or only in the log's fold ("missing")."""

    table: str
    which: str
    row: str


class _RollBack(Exception):
    """Leaves a write transaction without a trace."""


def rebuild_folds(db: Database, data: Path, check: bool) -> list[Difference]:
    """Refold the log; with ``check`` change nothing, else leave the refolded tables in place.

    A register that the log names but the tables lost comes back from its file in the data folder.

    Returns how the tables differed from the fold; an empty list means that every table was the log's fold.
    """
    differences: list[Difference] = []
    try:
        with write(db):
            for table in folds.FOLDED_TABLES:
                db.execute(f"CREATE TEMP TABLE before_{table} AS SELECT * FROM {table}")
            differences += _restored_registers(db, data)
            folds.refold_everything(db, log.entries(db), load_keys(data / "keys").session)
            for table in folds.FOLDED_TABLES:
                # SQLite compares on disk: both sides of a long log's folds in memory would be gigabytes.
                surplus = db.execute(f"SELECT * FROM before_{table} EXCEPT SELECT * FROM {table}").fetchall()
                lacking = db.execute(f"SELECT * FROM {table} EXCEPT SELECT * FROM before_{table}").fetchall()
                differences += [Difference(table, "surplus", _shown(row)) for row in sorted(surplus, key=str)]
                differences += [Difference(table, "missing", _shown(row)) for row in sorted(lacking, key=str)]
                db.execute(f"DROP TABLE before_{table}")
            if check:
                raise _RollBack
    except _RollBack:
        pass
    return differences


def _restored_registers(db: Database, data: Path) -> list[Difference]:
    held, back = registers.hashes(db), []
    for body, at in log.bodies_of(db, "register.imported"):
        if body["register"] in held:
            continue
        try:
            registers.put_register(db, registers.load_register_file(registers.register_path(data, body["register"])), at, settled=True)
        except ValueError:
            pass  # ``verify`` names the file that is missing or changed; a fold without it still says what it can
        back.append(Difference("registers", "missing", body["register"]))
    return back


def _shown(row: tuple[Any, ...]) -> str:
    return " | ".join(str(value) for value in row)[:SHOWN_CHARACTERS]
