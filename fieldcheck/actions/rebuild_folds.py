"""``fieldcheck rebuild [--check]``: fold the whole log again, and say what the tables said otherwise."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..store import folds, log
from ..store.database import Database, write

SHOWN_CHARACTERS = 120


class Difference(NamedTuple):
    """A row that stands only in the tables ("surplus") or only in the log's fold ("missing")."""

    table: str
    which: str
    row: str


class _RollBack(Exception):
    """Leaves a write transaction without a trace."""


def rebuild_folds(db: Database, check: bool) -> list[Difference]:
    """Refold the log; with ``check`` change nothing, else leave the refolded tables in place.

    Returns how the tables differed from the fold; an empty list means that every table was the log's fold.
    """
    differences: list[Difference] = []
    try:
        with write(db):
            before = {table: _rows(db, table) for table in folds.FOLDED_TABLES}
            folds.refold_everything(db, log.entries(db))
            for table, rows in before.items():
                after = _rows(db, table)
                differences += [Difference(table, "surplus", _shown(row)) for row in sorted(rows - after, key=str)]
                differences += [Difference(table, "missing", _shown(row)) for row in sorted(after - rows, key=str)]
            if check:
                raise _RollBack
    except _RollBack:
        pass
    return differences


def _rows(db: Database, table: str) -> set[tuple[Any, ...]]:
    return set(db.execute(f"SELECT * FROM {table}").fetchall())


def _shown(row: tuple[Any, ...]) -> str:
    return " | ".join(str(value) for value in row)[:SHOWN_CHARACTERS]
