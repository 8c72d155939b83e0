"""What the server knows of each sealed photo (照片). The bytes are ``photo_files``; nothing here is a fold of the log.

``waiting``: the bytes are held, the message with their key is not. ``verified``: they hash, open and are the picture
that the message promised; the receipt is given. ``refused``: they are not, ``code`` says why, the bytes were dropped.
A verified photo that later turns out not to decode keeps its state, its receipt and its bytes, and gets a ``code``.
One that was erased (已删除) keeps its state and its receipt, with ``erased_at`` and the reason: nobody sends it again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Iterable, Mapping

from sqlite_utils import Database

from ..pictures import Picture
from . import coverage_rows
from .database import write

WAITING, VERIFIED, REFUSED = "waiting", "verified", "refused"


@dataclass(frozen=True)
class Photo:
    """One sealed photo. ``width`` and ``height`` in pixels as the server measured them; ``details`` belong to ``code``."""

    sealed_sha256: str
    device: str
    size: int
    state: str
    code: str | None
    details: Mapping[str, Any]
    mime: str | None
    width: int | None
    height: int | None
    received_at: str
    verified_at: str | None
    receipt: str | None
    erased_at: str | None
    erased_reason: str | None


@dataclass(frozen=True)
class Claim:
    """What a ``photo.taken`` message says of a photo: hash and size of the picture inside, and the key to it."""

    sha256: str
    size: int
    key: str
    mime: str
    width: int
    height: int
    visit: str | None
    photo: str
    device: str


_PHOTO = ("sealed_sha256, device, size, state, code, details, mime, width, height, received_at, verified_at, receipt, "
          "erased_at, erased_reason")


def find(db: Database, sealed_sha256: str) -> Photo | None:
    """What is known of a photo, or ``None`` if it never arrived whole."""
    row = db.execute(f"SELECT {_PHOTO} FROM photos WHERE sealed_sha256 = ?", [sealed_sha256]).fetchone()
    return Photo(*row[:5], json.loads(row[5]), *row[6:]) if row else None


def known(db: Database, sealed_sha256: str) -> Photo:
    """What is known of a photo that arrived. :raises LookupError: it did not."""
    photo = find(db, sealed_sha256)
    if photo is None:
        raise LookupError(sealed_sha256)
    return photo


def claims_of(db: Database, sealed_sha256: str) -> list[Claim]:
    """Every claim on the photo, the uploading phone's own first: a stranger's claim must not hide a true one."""
    rows = db.execute(
        """SELECT c.sha256, c.size, c.key, c.mime, c.width, c.height, c.visit, c.photo, c.device FROM photo_claims c
           LEFT JOIN photos p USING (sealed_sha256)
           WHERE sealed_sha256 = ? ORDER BY c.device IS NOT p.device, c.photo""", [sealed_sha256])
    return [Claim(*row) for row in rows.fetchall()]


def claim_of(db: Database, sealed_sha256: str) -> Claim | None:
    """The first of ``claims_of``."""
    return next(iter(claims_of(db, sealed_sha256)), None)


def held(db: Database) -> list[str]:
    """Every photo whose bytes must be on the disk: the verified and the waiting that were not erased."""
    rows = db.execute("SELECT sealed_sha256 FROM photos WHERE state <> 'refused' AND erased_at IS NULL ORDER BY sealed_sha256")
    return [row[0] for row in rows.fetchall()]


def copy_verdict(copy: Database, photo: Photo) -> None:
    """In a copy of the database: what became of a photo since the copy was made."""
    with write(copy):
        copy.execute("UPDATE photos SET state = ?, code = ?, details = ?, verified_at = ? WHERE sealed_sha256 = ?",
                     [photo.state, photo.code, json.dumps(photo.details), photo.verified_at, photo.sealed_sha256])


def missing_of(db: Database, device: str, limit: int) -> list[str]:
    """Photos that a phone's messages claim and that never arrived whole, or were lost since: oldest claim first."""
    rows = db.execute(
        """SELECT sealed_sha256 FROM photo_claims WHERE device = ? AND NOT EXISTS
           (SELECT 1 FROM photos p WHERE p.sealed_sha256 = photo_claims.sealed_sha256) ORDER BY photo LIMIT ?""",
        [device, limit])
    return [row[0] for row in rows.fetchall()]


def waiting_among(db: Database, sealed_sha256s: list[str]) -> list[str]:
    """Which of these photos are held but not yet verified."""
    rows = db.execute(
        "SELECT sealed_sha256 FROM photos WHERE state = 'waiting' AND sealed_sha256 IN (SELECT value FROM json_each(?))",
        [json.dumps(sealed_sha256s)])
    return [row[0] for row in rows.fetchall()]


def waiting_of(db: Database, visits: Iterable[str]) -> list[str]:
    """The photos that messages of these visits claim, whose bytes are held and not yet verified."""
    rows = db.execute(
        """SELECT DISTINCT c.sealed_sha256 FROM photo_claims c JOIN photos p USING (sealed_sha256)
           WHERE c.visit IN (SELECT value FROM json_each(?)) AND p.state = 'waiting'""", [json.dumps(sorted(visits))])
    return [row[0] for row in rows.fetchall()]


def add_waiting(db: Database, sealed_sha256: str, device: str, size: int, at: str) -> None:
    """Say that the bytes are held. A photo already verified stays so; one refused before is looked at again."""
    with write(db):
        db.execute(
            """INSERT INTO photos (sealed_sha256, device, size, state, details, received_at)
               VALUES (?, ?, ?, 'waiting', '{}', ?) ON CONFLICT (sealed_sha256) DO UPDATE
               SET state = 'waiting', code = NULL, details = '{}', device = excluded.device,
               received_at = excluded.received_at WHERE state = 'refused'""", [sealed_sha256, device, size, at])


def set_verified(db: Database, sealed_sha256: str, picture: Picture, receipt: str, at: str) -> Photo:
    """Keep the verdict and its receipt; the first verdict stands, and is what is returned."""
    with write(db):
        db.execute(
            """UPDATE photos SET state = 'verified', mime = ?, width = ?, height = ?, receipt = ?, verified_at = ?
               WHERE sealed_sha256 = ? AND state = 'waiting'""",
            [picture.mime, picture.width, picture.height, receipt, at, sealed_sha256])
        coverage_rows.refold_of_photo(db, sealed_sha256)
        return known(db, sealed_sha256)


def set_refused(db: Database, sealed_sha256: str, code: str, details: Mapping[str, Any], at: str) -> Photo:
    """Keep the refusal; the first verdict stands, and is what is returned."""
    with write(db):
        db.execute(
            """UPDATE photos SET state = 'refused', code = ?, details = ?, verified_at = ?
               WHERE sealed_sha256 = ? AND state = 'waiting'""", [code, json.dumps(details), at, sealed_sha256])
        return known(db, sealed_sha256)


def set_damaged(db: Database, sealed_sha256: str, code: str) -> None:
    """Mark a verified photo that turned out not to decode; receipt and bytes stay."""
    with write(db):
        db.execute("UPDATE photos SET code = ? WHERE sealed_sha256 = ? AND state = 'verified'", [code, sealed_sha256])
        coverage_rows.refold_of_photo(db, sealed_sha256)


def set_erased(db: Database, sealed_sha256: str, reason: str, at: str) -> None:
    """Say that the bytes are no longer kept, when and why; state and receipt stay."""
    db.execute("UPDATE photos SET erased_at = ?, erased_reason = ? WHERE sealed_sha256 = ? AND erased_at IS NULL",
               [at, reason, sealed_sha256])


def erased(db: Database) -> list[str]:
    """Photos whose bytes must not be on the disk."""
    return [row[0] for row in db.execute("SELECT sealed_sha256 FROM photos WHERE erased_at IS NOT NULL ORDER BY sealed_sha256")]


def gone(db: Database, sealed_sha256: str) -> dict[str, str | None]:
    """When and why a photo was erased, for whoever shows what it was; empty where it was not."""
    rows = db.query("SELECT erased_at, erased_reason FROM photos WHERE sealed_sha256 = ? AND erased_at IS NOT NULL", [sealed_sha256])
    return next(rows, {})
