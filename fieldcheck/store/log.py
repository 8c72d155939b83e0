"""The log in SQLite: implements ``sync.ports.Log``; held to the reference by ``tests/store/test_log_contract.py``."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Iterator, Sequence

from sqlite_utils import Database

from sync.chain import Head
from sync.message import DESK, GENESIS, parse_line
from sync.ports import Device, Entry

from ..problems import Problem
from . import private_records, quarantine


class SqliteLog:
    """The log of one database. Use it inside ``database.write`` only; ``private_key`` seals private records."""

    def __init__(self, db: Database, private_key: bytes) -> None:
        self.db = db
        self._private_key = private_key

    def device(self, device: str) -> Device | None:
        row = self.db.execute("SELECT signing_key, revoked_at FROM devices WHERE device = ?", [device]).fetchone()
        return None if row is None else Device(device, json.loads(row[0]), row[1] is not None)

    def head(self, chain: str) -> Head:
        return head(self.db, chain)

    def hashes(self, chain: str, first: int, last: int) -> Sequence[str]:
        rows = self.db.execute(
            "SELECT hash FROM messages WHERE chain = ? AND seq BETWEEN ? AND ? ORDER BY seq", [chain, first, last])
        return [row[0] for row in rows]

    def receipt_covering(self, chain: str, seq: int) -> str | None:
        row = self.db.execute(
            "SELECT receipt FROM segments WHERE chain = ? AND last >= ? AND first <= ? ORDER BY last LIMIT 1",
            [chain, seq, seq]).fetchone()
        return None if row is None else row[0]

    def next_index(self) -> int:
        return self.db.execute("SELECT coalesce(max(log_index), 0) + 1 FROM segments").fetchone()[0]

    def append(self, entry: Entry) -> None:
        self.db.execute(
            """INSERT INTO segments (log_index, chain, device, first, last, signed_from, prev, head, signature,
               receipt, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [entry.log_index, entry.chain, entry.device, entry.first, entry.last, entry.signed_from, entry.prev,
             entry.head, entry.signature, entry.receipt, entry.at])
        self.db.conn.executemany(
            "INSERT INTO messages (chain, seq, hash, log_index, kind, visit, line) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(entry.chain, seq, digest, entry.log_index, *index_columns(line), line)
             for seq, digest, line in zip(range(entry.first, entry.last + 1), entry.hashes, entry.lines, strict=True)])
        private_records.keep(self.db, self._private_key, entry.private, entry.log_index)

    def in_quarantine(self, device: str, head: str) -> bool:
        return self.db.execute(
            "SELECT 1 FROM quarantine WHERE device = ? AND head = ?", [device, head]).fetchone() is not None

    def chain_holding(self, device: str, seq: int, digest: str) -> str | None:
        row = self.db.execute(
            """SELECT m.chain FROM messages m JOIN segments s USING (log_index)
               WHERE (m.chain = :device OR m.chain BETWEEN :device || '~' AND :device || '~g')
               AND m.seq = :seq AND m.hash = :hash AND s.device = :device""",
            {"device": device, "seq": seq, "hash": digest}).fetchone()
        return None if row is None else row[0]

    def quarantine(self, device: str, jwe: str, verified: Any, code: str, at: str) -> None:
        """:raises Problem: ``quarantine_full``: nobody has settled what this phone sent before."""
        if quarantine.size(self.db, device) > quarantine.UNSETTLED_MAX_BYTES:
            raise Problem("quarantine_full")
        self.db.execute(
            """INSERT OR IGNORE INTO quarantine (id, device, jwe, code, first, last, prev, head, at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [hashlib.sha256(jwe.encode()).hexdigest(), device, jwe, code, verified.first, verified.last,
             verified.prev, verified.head, at])


def index_columns(line: str) -> tuple[str | None, str | None]:
    """A line's ``kind`` and ``visit`` where they are strings: what messages are looked up by."""
    message = parse_line(line) or {}
    kind, visit = message.get("kind"), message.get("visit")
    return (kind if isinstance(kind, str) else None, visit if isinstance(visit, str) else None)


def head(db: Database, chain: str) -> Head:
    """The last line held of a chain."""
    row = db.execute("SELECT seq, hash FROM messages WHERE chain = ? ORDER BY seq DESC LIMIT 1", [chain]).fetchone()
    return Head(*row) if row else Head(0, GENESIS)


def entries(db: Database) -> Iterator[dict[str, Any]]:
    """Every segment in log order, its lines as (seq, hash, kind, visit, line)."""
    for row in db.query("SELECT * FROM segments ORDER BY log_index"):
        lines = db.execute(
            "SELECT seq, hash, kind, visit, line FROM messages WHERE log_index = ? ORDER BY seq", [row["log_index"]])
        yield {**row, "messages": lines.fetchall()}


def bodies_of(db: Database, kind: str, size: int | None = None) -> list[tuple[dict[str, Any], str]]:
    """The bodies of all desk acts of a kind, each with the server's time of it, in log order.

    :param size: only of the log's first entries.
    """
    rows = db.execute(
        """SELECT m.line, s.at FROM messages m JOIN segments s USING (log_index)
           WHERE m.chain = ? AND m.kind = ? AND m.log_index <= coalesce(?, m.log_index)
           ORDER BY m.log_index, m.seq""", [DESK, kind, size])
    return [((parse_line(line) or {})["body"], at) for line, at in rows]


def desk_lines(db: Database, kinds: Sequence[str]) -> list[tuple[str, str]]:
    """The desk's lines of these kinds, each with the server's time of it, in log order."""
    marks = ", ".join("?" for _ in kinds)
    return db.execute(
        f"""SELECT m.line, s.at FROM messages m JOIN segments s USING (log_index)
            WHERE m.chain = ? AND m.kind IN ({marks}) ORDER BY m.log_index, m.seq""", [DESK, *kinds]).fetchall()


def messages_of_visit(db: Database, visit: str, size: int | None = None) -> list[tuple[str, int, str, str]]:
    """All lines that name the visit: (chain, seq, line, received at), in log order.

    :param size: only what stood on the log when it had that many entries.
    """
    return db.execute(
        """SELECT m.chain, m.seq, m.line, s.at FROM messages m JOIN segments s USING (log_index)
           WHERE m.visit = ? AND m.log_index <= coalesce(?, m.log_index) ORDER BY m.log_index, m.seq""", [visit, size]).fetchall()


def size_at(db: Database, at: str | None = None) -> int:
    """How many entries the log had at a moment of the server's clock, or has.

    Those before the first entry that is later than the moment. So where the clock stepped back, what was written afterwards
    under an earlier time changes no answer about the time before: it counts from when the entry before it does.
    """
    return db.execute("""SELECT coalesce(max(log_index), 0) FROM segments
                         WHERE log_index < coalesce((SELECT min(log_index) FROM segments WHERE at > ?), log_index + 1)""", [at]).fetchone()[0]


def no_earlier_than_its_end(db: Database, now: str) -> str:
    """``now``, or the latest time on the log where the server's clock ran ahead and was set right: a moment at which
    ``size_at`` gives the whole log, which is what whoever asks about now wants to hear of.
    """
    return max(now, db.execute("SELECT coalesce(max(at), '') FROM segments").fetchone()[0])


def receipts(db: Database, size: int | None = None) -> Iterator[str]:
    """The receipts of all entries, or of the first ``size``, in log order: the leaves of the tree over the log."""
    for row in db.execute("SELECT receipt FROM segments WHERE log_index <= coalesce(?, log_index) ORDER BY log_index", [size]):
        yield row[0]
