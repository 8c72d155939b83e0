"""The two logs that every contract test runs on: the reference in memory, and SQLite."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator

from fieldcheck.store import devices
from fieldcheck.store.database import open_database, write
from fieldcheck.store.log import SqliteLog
from sync.ports import Device
from sync.reference import MemoryLog

AT = "2026-11-23T00:00:00.000Z"


class Memory:
    """The reference."""

    def __init__(self, _folder: Any) -> None:
        self.log = MemoryLog()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        yield

    def enrol(self, device: str, signing_key: dict[str, Any]) -> None:
        self.log.enrol(Device(device, signing_key))

    def revoke(self, device: str) -> None:
        self.log.revoke(device)

    def restore(self, entries: int) -> None:
        del self.log.entries[entries:]


class Sqlite:
    """The real store, on disk."""

    def __init__(self, folder: Any) -> None:
        self.db = open_database(folder / "fieldcheck.db")
        self.log = SqliteLog(self.db, b"p" * 32)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with write(self.db):
            yield

    def enrol(self, device: str, signing_key: dict[str, Any]) -> None:
        with write(self.db):
            devices.fold_enrolled(self.db, {"device": device, "inspector": "i", "team": "A", "name": "n",
                                            "signing_key": signing_key, "transport_key": {}, "predecessor": None}, AT)

    def revoke(self, device: str) -> None:
        with write(self.db):
            devices.fold_revoked(self.db, {"device": device, "reason": "lost"}, AT)

    def restore(self, entries: int) -> None:
        with write(self.db):
            self.db.execute("DELETE FROM messages WHERE log_index > ?", [entries])
            self.db.execute("DELETE FROM segments WHERE log_index > ?", [entries])


LOGS = (Memory, Sqlite)
