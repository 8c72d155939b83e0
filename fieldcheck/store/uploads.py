"""Unfinished uploads (tus 1.0.0) and, until they expire, finished ones. Not a fold of the log.

A row says what was promised; how much has arrived is the size of the upload's file (``upload_files``) and is written
nowhere else. A finished row answers a phone that never heard that its last byte had arrived.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Iterator

from sqlite_utils import Database

from ..problems import Problem
from ..times import moment, written
from . import disk
from .database import write

LASTS = timedelta(days=7)
OUTSTANDING_MAX_BYTES = 500_000_000
DISK_RESERVE_BYTES = 200_000_000


@dataclass(frozen=True)
class Upload:
    """One promise of a phone: ``length`` bytes that hash to ``sealed_sha256``. ``metadata`` is its header as sent."""

    id: str
    device: str
    sealed_sha256: str
    length: int
    metadata: str
    created_at: str
    expires_at: str
    finished_at: str | None


_UPLOAD = "id, device, sealed_sha256, length, metadata, created_at, expires_at, finished_at"


def expiry(at: str) -> str:
    """Until when an upload is kept that was last heard of ``at``."""
    return written(moment(at) + LASTS)


def _upload(row: Any) -> Upload | None:
    return Upload(*row) if row else None


@contextmanager
def write_lightly(db: Database) -> Iterator[None]:
    """The write transaction without waiting for the disk: what a power cut takes of it, the phone simply begins again.

    The next durable commit makes it durable too.
    """
    db.execute("PRAGMA synchronous = NORMAL")
    try:
        with write(db):
            yield
    finally:
        db.execute("PRAGMA synchronous = FULL")


def of_device(db: Database, id: str, device: str, at: str) -> Upload:
    """The upload of that id, if it is this phone's.

    :raises Problem: ``upload_unknown`` (also where it is another phone's), ``upload_expired``.
    """
    upload = _upload(db.execute(f"SELECT {_UPLOAD} FROM uploads WHERE id = ? AND device = ?", [id, device]).fetchone())
    if upload is None:
        raise Problem("upload_unknown")
    if upload.expires_at <= at:
        raise Problem("upload_expired")
    return upload


def of_photo(db: Database, device: str, sealed_sha256: str) -> Upload | None:
    """The phone's upload of that photo; there is never more than one."""
    return _upload(db.execute(
        f"SELECT {_UPLOAD} FROM uploads WHERE device = ? AND sealed_sha256 = ?", [device, sealed_sha256]).fetchone())


def add(db: Database, upload: Upload) -> None:
    """Keep a new promise."""
    with write(db):
        db.execute(
            f"INSERT INTO uploads ({_UPLOAD}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [upload.id, upload.device, upload.sealed_sha256, upload.length, upload.metadata, upload.created_at,
             upload.expires_at, upload.finished_at])


def set_finished(db: Database, id: str, finished_at: str | None) -> None:
    """Say that the bytes are with the photos now, or with ``None`` that they must be sent again."""
    with write(db):
        db.execute("UPDATE uploads SET finished_at = ? WHERE id = ?", [finished_at, id])


def set_expiry(db: Database, id: str, expires_at: str) -> None:
    """Keep an upload that goes on for longer."""
    with write(db):
        db.execute("UPDATE uploads SET expires_at = ? WHERE id = ?", [expires_at, id])


def remove(db: Database, id: str) -> None:
    """Forget the promise. Its file goes first, so that no file is ever without a row."""
    with write(db):
        db.execute("DELETE FROM uploads WHERE id = ?", [id])


def forget_unfinished(db: Database) -> None:
    """In a copy of the database, whose unfinished bytes were not copied: their phones begin again."""
    with write(db):
        db.execute("DELETE FROM uploads WHERE finished_at IS NULL")


def expired(db: Database, at: str) -> list[str]:
    """The ids of the uploads whose time is over."""
    return [row[0] for row in db.execute("SELECT id FROM uploads WHERE expires_at <= ?", [at]).fetchall()]


def known_among(db: Database, ids: list[str]) -> set[str]:
    """Those of these ids that have a row."""
    rows = db.execute("SELECT id FROM uploads WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(ids)])
    return {row[0] for row in rows.fetchall()}


def outstanding_bytes(db: Database, device: str) -> int:
    """What a phone has been promised room for: unfinished uploads, and photos that no message explains yet."""
    return db.execute(
        """SELECT (SELECT coalesce(sum(length), 0) FROM uploads WHERE device = :device AND finished_at IS NULL)
           + (SELECT coalesce(sum(size), 0) FROM photos WHERE device = :device AND state = 'waiting')""",
        {"device": device}).fetchone()[0]


def check_room(db: Database, data: Path, device: str, length: int, *, outstanding_max_bytes: int = OUTSTANDING_MAX_BYTES,
               disk_reserve_bytes: int = DISK_RESERVE_BYTES) -> None:
    """Whether ``length`` bytes more of this phone may be promised room.

    :raises Problem: ``upload_limit_reached``, ``storage_full``.
    """
    if outstanding_bytes(db, device) + length > outstanding_max_bytes:
        raise Problem("upload_limit_reached", limit=outstanding_max_bytes)
    if disk.free_bytes(data) < length + disk_reserve_bytes:
        raise Problem("storage_full")


def finish_all(db: Database, sealed_sha256: str, finished_at: str) -> None:
    """Say to every phone that is sending this photo that it is here, by whatever way it came."""
    with write(db):
        db.execute("UPDATE uploads SET finished_at = ? WHERE sealed_sha256 = ? AND finished_at IS NULL",
                   [finished_at, sealed_sha256])
