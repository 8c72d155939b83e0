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
            before = {table: _rows(db, table) for table in folds.FOLDED_TABLES}
            differences += _restored_registers(db, data)
            folds.refold_everything(db, log.entries(db), load_keys(data / "keys").session)
            for table, rows in before.items():
                after = _rows(db, table)
                differences += [Difference(table, "surplus", _shown(row)) for row in sorted(rows - after, key=str)]
                differences += [Difference(table, "missing", _shown(row)) for row in sorted(after - rows, key=str)]
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
            registers.put_register(db, registers.load_register_file(registers.register_path(data, body["register"])), at)
        except ValueError:
            pass  # ``verify`` names the file that is missing or changed; a fold without it still says what it can
        back.append(Difference("registers", "missing", body["register"]))
    return back


def _rows(db: Database, table: str) -> set[tuple[Any, ...]]:
    return set(db.execute(f"SELECT * FROM {table}").fetchall())


def _shown(row: tuple[Any, ...]) -> str:
    return " | ".join(str(value) for value in row)[:SHOWN_CHARACTERS]
