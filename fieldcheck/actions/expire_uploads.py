"""Drop uploads whose time is over (tus 1.0.0, expiration). Photos are never dropped by age."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from ..problems import Problem
from ..store import upload_files, uploads


def expire_uploads(db: Database, data: Path, at: str) -> int:
    """Drop every expired upload that nobody is writing just now.

    :returns: how many were dropped.
    """
    dropped = 0
    for id in uploads.expired(db, at):
        try:
            upload_files.discard(data, id)
        except Problem:
            continue  # being written at this moment; it is looked at again next time
        uploads.remove(db, id)
        dropped += 1
    return dropped
