"""Companions' codes (同行人短码), as keys stretched from them. No fold: an account's own, never on the log.

Every key an account ever had is kept: a visit confirmed under an old code stays confirmed after a new one is made.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from .database import write


@dataclass(frozen=True)
class Companion:
    """The current key of an account, salt and key as hex, and by how many rounds it was stretched."""

    salt: str
    key: str
    rounds: int


def put(db: Database, account: str, companion: Companion, at: str) -> None:
    """Keep a new key; from now on it is the current one."""
    with write(db):
        db.execute("INSERT INTO companion_keys (account, salt, key, iterations, made_at) VALUES (?, ?, ?, ?, ?)",
                   [account, companion.salt, companion.key, companion.rounds, at])


def current(db: Database, account: str) -> Companion | None:
    """The account's current key."""
    row = db.execute("SELECT salt, key, iterations FROM companion_keys WHERE account = ? ORDER BY number DESC LIMIT 1",
                     [account]).fetchone()
    return Companion(*row) if row else None


def keys(db: Database, account: str) -> list[str]:
    """Every key the account ever had."""
    return [row[0] for row in db.execute("SELECT key FROM companion_keys WHERE account = ? ORDER BY number", [account])]
