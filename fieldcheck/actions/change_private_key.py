"""Seal every private record under a new key (``fieldcheck key rotate``), and let the old one go."""

from __future__ import annotations

from pathlib import Path

from .. import keys as key_files
from ..store import installation, private_records
from ..store.database import Database, write


def change_private_key(db: Database, folder: Path) -> int:
    """How many records were sealed anew. A crash at any moment leaves records and a key that open each other.

    The new key is durable before anything is sealed under it; all records change in one transaction, which also names the
    key; only then does the new key's file take the old one's place. A rotation that was broken off is finished first, so
    doing it again is always right. A server that runs meanwhile refuses to keep private records (``key_changed``)
    until it is started again.

    :raises RecordDamaged: a record does not open with the key; nothing was changed.
    """
    old = key_files.read_private(folder)
    begun = key_files.next_private(folder)
    if begun is not None and installation.read(db, installation.PRIVATE_KEY) == private_records.key_id(begun):
        key_files.take_next_private(folder)
        old = begun
    new = key_files.new_next_private(folder)
    with write(db):
        count = private_records.seal_anew(db, old, new)
    key_files.take_next_private(folder)
    # The bytes that the old key opens stand in the write-ahead log until that is begun anew.
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return count
