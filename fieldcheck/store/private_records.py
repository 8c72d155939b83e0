"""Names, respondents, free text: sealed one by one (AES-256-GCM) under a key that lies outside the database.

Source: ``docs/inspection-rules.md`` §6; ``docs/protocol.md`` §3. A record's hash is bound in as associated data, so
a sealed record cannot be moved under another hash. A correction stands beside the record, never in its place: the
chain names the record by its hash.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlite_utils import Database

from sync.private import record_hash

from ..problems import Problem
from . import installation

NONCE_BYTES = 12


class RecordDamaged(ValueError):
    """The sealed bytes do not open: another key, or a changed byte."""


def key_id(key: bytes) -> str:
    """By what the database names the key that seals its records; the key cannot be found from it."""
    return hashlib.sha256(b"fieldcheck private key " + key).hexdigest()[:16]


def keep(db: Database, key: bytes, records: Iterable[str], log_index: int) -> None:
    """Seal and keep the records of one segment; a record already held (or erased) stays as it is.

    :raises Problem: ``key_changed``: the records were sealed anew under another key while this server ran.
    """
    rows = [(digest := record_hash(record), log_index, _seal(key, digest, record)) for record in records]
    if rows:
        _check_key(db, key)
    db.conn.executemany("INSERT OR IGNORE INTO private_records (hash, log_index, sealed) VALUES (?, ?, ?)", rows)


def read(db: Database, key: bytes, digest: str) -> str | None:
    """The record as it was corrected last, else as it came; ``None`` where it is not held or was erased (已删除).

    :raises RecordDamaged: it is held but does not open.
    """
    row = db.execute(
        "SELECT number, sealed FROM corrections WHERE hash = ? ORDER BY number DESC LIMIT 1", [digest]).fetchone()
    if row is not None:
        return None if row[1] is None else unseal(key, _name(digest, row[0]), row[1])
    row = db.execute("SELECT sealed FROM private_records WHERE hash = ?", [digest]).fetchone()
    return None if row is None or row[0] is None else unseal(key, digest, row[0])


def unseal(key: bytes, name: str, sealed: bytes) -> str:
    """Open what was sealed under this name: a record's hash, or that of a correction. :raises RecordDamaged:"""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode()).decode()
    except (InvalidTag, ValueError):
        raise RecordDamaged(name) from None


def correct(db: Database, key: bytes, digest: str, record: str, *, actor: str, at: str, reason: str) -> None:
    """Keep what the record should have said, beside what it said; who, when and why stand with it.

    :raises Problem: ``key_changed``.
    """
    _check_key(db, key)
    number = db.execute("SELECT coalesce(max(number), 0) + 1 FROM corrections WHERE hash = ?", [digest]).fetchone()[0]
    db.execute("INSERT INTO corrections (hash, number, sealed, actor, at, reason) VALUES (?, ?, ?, ?, ?, ?)",
               [digest, number, _seal(key, _name(digest, number), record), actor, at, reason])


def erase(db: Database, digest: str, reason: str, at: str) -> None:
    """Drop the record's bytes, its corrections' too, and keep the tombstone: its hash, when and why."""
    erase_earlier(db, digest, reason, at)
    db.execute("UPDATE corrections SET sealed = NULL WHERE hash = ?", [digest])


def erase_earlier(db: Database, digest: str, reason: str, at: str) -> None:
    """Drop the bytes of all but the last correction. What is dropped is overwritten in the file, not only let go of."""
    db.execute("PRAGMA secure_delete = ON")
    db.execute(
        "UPDATE private_records SET sealed = NULL, erased_at = ?, erased_reason = ? WHERE hash = ? AND sealed IS NOT NULL",
        [at, reason, digest],
    )
    db.execute(
        """UPDATE corrections SET sealed = NULL WHERE hash = :hash AND number <
           (SELECT max(number) FROM corrections WHERE hash = :hash)""", {"hash": digest})


def standing(db: Database, digest: str) -> dict[str, str | int | None] | None:
    """What is known of a record without opening it, or ``None`` where it was never held.

    ``kept``: 1 while there is something to read. ``erased_at`` and ``erased_reason`` are of the words as they came.
    """
    rows = list(db.query(
        """SELECT p.erased_at, p.erased_reason, c.number AS corrected, c.at AS corrected_at, c.reason AS corrected_reason,
           c.actor AS corrected_by, (CASE WHEN c.hash IS NULL THEN p.sealed ELSE c.sealed END) IS NOT NULL AS kept
           FROM private_records p LEFT JOIN corrections c ON c.hash = p.hash AND c.number =
             (SELECT max(number) FROM corrections WHERE hash = p.hash) WHERE p.hash = ?""", [digest]))
    return rows[0] if rows else None


def knows(db: Database, digest: str) -> bool:
    """Whether the record of that name is held or was erased. One look each: the names of all would grow with the log."""
    return db.conn.execute("SELECT 1 FROM private_records WHERE hash = ?", [digest]).fetchone() is not None


def every(db: Database) -> Iterable[tuple[str, bytes | None]]:
    """All records as (hash, sealed bytes or ``None`` for a tombstone)."""
    return db.execute("SELECT hash, sealed FROM private_records ORDER BY hash")


def corrections(db: Database) -> Iterator[tuple[str, bytes]]:
    """All corrections that are kept, as (the name they are sealed under, sealed bytes)."""
    for digest, number, sealed in db.execute("SELECT hash, number, sealed FROM corrections WHERE sealed IS NOT NULL"):
        yield _name(digest, number), sealed


def seal_anew(db: Database, old: bytes, new: bytes) -> int:
    """Seal every record under another key, in the caller's write transaction; how many there were.

    :raises RecordDamaged: one does not open with the old key; the caller's transaction must not be kept.
    """
    db.execute("PRAGMA secure_delete = ON")
    count = 0
    for digest, sealed in list(every(db)):
        if sealed is not None:
            db.execute("UPDATE private_records SET sealed = ? WHERE hash = ?", [_seal(new, digest, unseal(old, digest, sealed)), digest])
            count += 1
    for name, sealed in list(corrections(db)):
        digest, _, number = name.partition("#")
        db.execute("UPDATE corrections SET sealed = ? WHERE hash = ? AND number = ?",
                   [_seal(new, name, unseal(old, name, sealed)), digest, int(number)])
        count += 1
    installation.keep(db, installation.PRIVATE_KEY, key_id(new))
    return count


def _check_key(db: Database, key: bytes) -> None:
    # A server that was running while the key was changed would seal what nobody could open afterwards.
    if installation.read(db, installation.PRIVATE_KEY) not in (None, key_id(key)):
        raise Problem("key_changed")


def _seal(key: bytes, name: str, record: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, record.encode(), name.encode())


def _name(digest: str, number: int) -> str:
    return f"{digest}#{number}"
