"""Drop uploads whose time is over (tus 1.0.0, expiration). Photos are never dropped by age."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from ..problems import Problem
from ..store import upload_files, uploads
from ..store.database import Database
from ..times import moment

ORPHAN_AFTER = timedelta(days=1)


def expire_uploads(db: Database, data: Path, at: str) -> int:
    """Drop every expired upload, and every file whose row a power cut took, that nobody is writing just now.

    :returns: how many were dropped.
    """
    quiet = upload_files.older_than(data, moment(at) - ORPHAN_AFTER)
    orphans = set(quiet) - uploads.known_among(db, quiet)
    return sum(_drop(db, data, id) for id in {*uploads.expired(db, at), *orphans})


def _drop(db: Database, data: Path, id: str) -> bool:
    try:
        upload_files.discard(data, id)
    except Problem:
        return False  # being written at this moment; it is looked at again next time
    uploads.remove(db, id)
    return True
