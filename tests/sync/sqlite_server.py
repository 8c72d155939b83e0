"""The server of the model over the real store: SQLite, the real transaction, the real folds, the real acts."""

from __future__ import annotations

import sqlite3
from functools import cache
from typing import Any, Sequence

from sqlite_utils import Database

from fieldcheck.actions.settle_fork import settle_fork
from fieldcheck.actions.take_segments import take_segments
from fieldcheck.problems import Problem
from fieldcheck.store import desk_log, folds, log, quarantine, visits
from fieldcheck.store.database import open_database, write
from fieldcheck.times import moment
from sync.chain import Head
from sync.intake import Answer
from tests.sync.field import CRYPTO, Fuse, hashes_in, key_of

AT = "2026-11-23T00:00:00.000Z"
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class MortalConnection(sqlite3.Connection):
    """A connection with a place to die before and after every write and every commit."""

    fuse = Fuse()

    def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
        return self._mortally(sql, super().execute, sql, *more)

    def executemany(self, sql: str, *more: Any) -> sqlite3.Cursor:
        return self._mortally(sql, super().executemany, sql, *more)

    def commit(self) -> None:
        self.fuse.point("commit")
        super().commit()
        self.fuse.point("committed")

    def _mortally(self, sql: str, act: Any, *what: Any) -> Any:
        writes = sql.lstrip().upper().startswith(WRITES)
        if writes:
            self.fuse.point()
        done = act(*what)
        if writes:
            self.fuse.point()
        return done


@cache
def _empty() -> sqlite3.Connection:
    """A fresh database with its schema; making one takes far longer than copying it."""
    return _copy(open_database(":memory:").conn)


def _copy(of: sqlite3.Connection) -> sqlite3.Connection:
    kept = sqlite3.connect(":memory:")
    of.backup(kept)
    return kept


class SqliteServer:
    """Intake over SQLite in memory. What a dead process leaves is what its transaction leaves."""

    def __init__(self) -> None:
        self.fuse = Fuse()
        connection = sqlite3.connect(":memory:", factory=MortalConnection)
        connection.fuse = self.fuse
        _empty().backup(connection)
        self.db = Database(connection)
        self.db.execute("PRAGMA foreign_keys = ON")

    def close(self) -> None:
        """Give the memory back."""
        self.db.conn.close()

    def enrol(self, device: str) -> None:
        """A desk act, as enrolment is."""
        with write(self.db):
            desk_log.append(self.db, CRYPTO, "device.enrolled", {  # type: ignore[arg-type]
                "device": device, "inspector": device, "team": "A", "name": device, "signing_key": key_of(device),
                "transport_key": {}, "predecessor": None}, actor="cli", at=AT)

    def take(self, device: str, jwes: Sequence[str], at: str) -> list[Answer]:
        """The real action. :raises Crash: and the transaction ends as it ends."""
        return take_segments(self.db, CRYPTO, device, jwes, moment(at))[0]  # type: ignore[arg-type]

    def head(self, device: str) -> Head:
        return log.head(self.db, device)

    def adopt_all(self, at: str) -> None:
        """What the office does with every fork that can be adopted."""
        for fork in quarantine.open_forks(self.db):
            try:
                settle_fork(self.db, CRYPTO, fork["id"], True, "model", "office", moment(at))  # type: ignore[arg-type]
            except Problem as problem:
                assert problem.code == "fork_settled"

    def backup(self) -> Any:
        return _copy(self.db.conn)

    def restore(self, backup: Any) -> None:
        """The backup, with the phones that it may not know yet: enrolment is not what is played here."""
        enrolled = {row[0] for row in self.db.execute("SELECT device FROM devices").fetchall()}
        backup.backup(self.db.conn)
        for device in sorted(enrolled - {row[0] for row in self.db.execute("SELECT device FROM devices").fetchall()}):
            self.enrol(device)

    def entries(self) -> list[tuple[int, str, int, str, tuple[str, ...], tuple[str, ...], str]]:
        """(log index, chain, first, head, lines, hashes, receipt) in log order."""
        return [(e["log_index"], e["chain"], e["first"], e["head"], tuple(m[4] for m in e["messages"]),
                 tuple(m[1] for m in e["messages"]), e["receipt"]) for e in log.entries(self.db)]

    def aside(self) -> set[str]:
        rows = self.db.execute("SELECT jwe FROM quarantine").fetchall()
        return {digest for (jwe,) in rows for digest in hashes_in(jwe)}

    def visit(self, visit: str) -> dict[str, Any] | None:
        """The folded visit."""
        return visits.find(self.db, visit)

    def refolded(self) -> list[str]:
        """The folded tables that come out otherwise when the whole log is folded anew."""
        kept, before = _copy(self.db.conn), self._folded()
        with write(self.db):
            folds.refold_everything(self.db, log.entries(self.db))
        after = self._folded()
        kept.backup(self.db.conn)
        kept.close()
        return [table for table in folds.FOLDED_TABLES if before[table] != after[table]]

    def _folded(self) -> dict[str, list[str]]:
        return {table: sorted(map(repr, self.db.execute(f"SELECT * FROM {table}").fetchall()))
                for table in folds.FOLDED_TABLES}
