"""Erase what has been kept long enough (保存期满): one line of the desk a visit and rule, without a word of what it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from ..keys import Keys
from ..rules.retention import Keep
from ..store import access_log, desk_log, likenesses, photo_files, photos, private_records, quarantine, retention
from ..store.database import Database, write
from ..times import written

ACTOR = "retention"
WHY = "retention"


def apply_retention(db: Database, data: Path, keys: Keys, keep: Keep, now: datetime, *, dry_run: bool = False) -> list[retention.Due]:
    """Erase everything that is due; what was (or with ``dry_run`` would be) erased, visit by visit.

    Each visit in a transaction of its own, so that phones never wait for all of it, and a job that was killed goes on
    where it stopped. Photos' files go after the commit; those that a crash left are dropped by the next run.
    """
    found = list(retention.what_is_due(db, keep, now))
    if dry_run:
        return found
    at = written(now)
    for due in found:
        if not due.records and not due.photos:
            continue
        with write(db):
            for digest in due.records:
                private_records.erase(db, digest, WHY, at)
            for photo in due.photos:
                photos.set_erased(db, photo, WHY, at)
                likenesses.forget(db, photo)
            desk_log.append(db, keys, "records.erased", {
                "visit": due.visit, "why": WHY, "records": due.records, "photos": due.photos}, actor=ACTOR, at=at)
    for photo in photos.erased(db):
        photo_files.erase(data, photo)
    with write(db):
        access_log.forget(db, written(now - timedelta(days=keep.log)))
    quarantine.forget_settled(db, written(now - timedelta(days=keep.household)))
    # What was overwritten still stands in the write-ahead log until that is begun anew.
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return found
