"""``fieldcheck rebuild [--check]``: fold the whole log again, and say what the tables said otherwise."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any, Iterable, NamedTuple

from ..keys import load_keys
from ..store import folds, log, registers
from ..store.database import Database, write

SHOWN_CHARACTERS = 120
SHOWN_ROWS = 1000
"""Rows of one table that are shown one by one; the last of them stands for the rest too, or a long log that is folded for
the first time would come back as gigabytes of rows.
"""


class Difference(NamedTuple):
    """A row that stands only in the tables ("surplus") or only in the log's fold ("missing"); ``rows``: for how many it stands."""

    table: str
    which: str
    row: str
    rows: int = 1


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
                differences += _shown(table, "surplus", db.execute(f"SELECT * FROM before_{table} EXCEPT SELECT * FROM {table}"))
                differences += _shown(table, "missing", db.execute(f"SELECT * FROM {table} EXCEPT SELECT * FROM before_{table}"))
                db.execute(f"DROP TABLE before_{table}")
            if check:
                raise _RollBack
    except _RollBack:
        pass
    return differences


def _restored_registers(db: Database, data: Path) -> list[Difference]:
    held, back = registers.hashes(db), []
    imported = log.bodies_of(db, "register.imported")
    for body, at in imported:
        if body["register"] in held:
            continue
        try:
            registers.put_register(db, registers.load_register_file(registers.register_path(data, body["register"])), at, settled=True)
        except ValueError:
            pass  # ``verify`` names the file that is missing or changed; a fold without it still says what it can
        back.append(Difference("registers", "missing", body["register"]))
    if back:
        registers.put_in_order(db, (body["register"] for body, _ in imported))
    return back


def _shown(table: str, which: str, rows: Iterable[tuple[Any, ...]]) -> list[Difference]:
    unread = iter(rows)
    told = [Difference(table, which, " | ".join(map(str, row))[:SHOWN_CHARACTERS]) for row in islice(unread, SHOWN_ROWS)]
    rest = sum(1 for _ in unread)
    return [*told[:-1], told[-1]._replace(rows=1 + rest)] if rest else told
