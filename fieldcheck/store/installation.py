"""What an installation remembers about itself: name and value. No fold."""

from __future__ import annotations

from sqlite_utils import Database

from .database import write

LAST_BACKUP = "last_backup_at"
RESTORED = "restored_at"
FOLDED_BY = "folded_by"
UPGRADED = "upgraded_at"
PRIVATE_KEY = "private_key"


def read(db: Database, name: str) -> str | None:
    """The value kept under a name, or ``None``."""
    row = db.execute("SELECT value FROM installation WHERE name = ?", [name]).fetchone()
    return row[0] if row else None


def keep(db: Database, name: str, value: str) -> None:
    """Keep a value under a name."""
    with write(db):
        db.execute("INSERT OR REPLACE INTO installation (name, value) VALUES (?, ?)", [name, value])
