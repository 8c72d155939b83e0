"""Names, respondents, free text: sealed one by one (AES-256-GCM) under a key that lies outside the database.

Source: ``docs/inspection-rules.md`` §6; ``docs/protocol.md`` §3. A record's hash is bound in as associated data, so
a sealed record cannot be moved under another hash.
"""

from __future__ import annotations

import secrets
from typing import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlite_utils import Database

from sync.private import record_hash

NONCE_BYTES = 12


class RecordDamaged(ValueError):
    """The sealed bytes do not open: another key, or a changed byte."""


def keep(db: Database, key: bytes, records: Iterable[str], log_index: int) -> None:
    """Seal and keep the records of one segment; a record already held (or erased) stays as it is."""
    box = AESGCM(key)
    rows = []
    for record in records:
        digest = record_hash(record)
        nonce = secrets.token_bytes(NONCE_BYTES)
        rows.append((digest, log_index, nonce + box.encrypt(nonce, record.encode(), digest.encode())))
    db.conn.executemany("INSERT OR IGNORE INTO private_records (hash, log_index, sealed) VALUES (?, ?, ?)", rows)


def read(db: Database, key: bytes, digest: str) -> str | None:
    """The exact record, or ``None`` where it is not held or was erased (已删除).

    :raises RecordDamaged: it is held but does not open.
    """
    row = db.execute("SELECT sealed FROM private_records WHERE hash = ?", [digest]).fetchone()
    return None if row is None or row[0] is None else unseal(key, digest, row[0])


def unseal(key: bytes, digest: str, sealed: bytes) -> str:
    """Open one sealed record. :raises RecordDamaged:"""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], digest.encode()).decode()
    except (InvalidTag, ValueError):
        raise RecordDamaged(digest) from None


def erase(db: Database, digest: str, reason: str, at: str) -> None:
    """Drop the record's bytes and keep the tombstone: its hash, when and why."""
    db.execute(
        "UPDATE private_records SET sealed = NULL, erased_at = ?, erased_reason = ? WHERE hash = ? AND sealed IS NOT NULL",
        [at, reason, digest],
    )


def every(db: Database) -> Iterable[tuple[str, bytes | None]]:
    """All records as (hash, sealed bytes or ``None`` for a tombstone)."""
    return db.execute("SELECT hash, sealed FROM private_records ORDER BY hash")
