"""What photos look like (感知哈希): made once of each verified photo, and with it the pairs that look alike. No fold.

A likeness is 256 bits in 16 bands of 16. Two that differ in 31 bits or fewer differ by one bit at most in some band, so a
photo finds all that look like it by 16 × 17 look-ups, whatever the round holds (multi-index hashing, Norouzi 2012). Drawn pictures of a demonstration resemble one another and are left out.
"""

from __future__ import annotations

from typing import Any, Iterator

from sqlite_utils import Database

from ..rules.alike import Pair
from .database import write

BANDS, BAND_BITS = 16, 16
BITS_MOST = 2 * BANDS - 1
"""Up to so many different bits every pair is found."""


def keep(db: Database, sealed_sha256: str, likeness: str) -> None:
    """Keep what a photo looks like, and with which photos of its rounds it makes a pair. The same again changes nothing."""
    with write(db):
        if known(db, sealed_sha256):
            return
        db.execute("INSERT INTO photo_likenesses (sealed_sha256, hash) VALUES (?, ?)", [sealed_sha256, likeness])
        for round_id in _rounds_of(db, sealed_sha256):
            _pair(db, round_id, sealed_sha256, likeness)


def known(db: Database, sealed_sha256: str) -> bool:
    """Whether it was made already."""
    return db.execute("SELECT 1 FROM photo_likenesses WHERE sealed_sha256 = ?", [sealed_sha256]).fetchone() is not None


def forget(db: Database, sealed_sha256: str) -> None:
    """Drop what is kept of the looks of a photo that is erased."""
    db.execute("DELETE FROM photo_likenesses WHERE sealed_sha256 = ?", [sealed_sha256])
    db.execute("DELETE FROM photo_bands WHERE sealed_sha256 = ?", [sealed_sha256])
    db.execute("DELETE FROM photo_pairs WHERE one = :photo OR other = :photo", {"photo": sealed_sha256})


def pairs_of(db: Database, visit: str) -> list[Pair]:
    """The photos of a visit that look like others; the very same bytes are another flag's."""
    rows = db.execute(
        """SELECT DISTINCT own.photo, other.visit, other.photo, p.bits FROM photo_claims own
           JOIN (SELECT one, other, bits FROM photo_pairs UNION ALL SELECT other, one, bits FROM photo_pairs) p
             ON p.one = own.sealed_sha256
           JOIN photo_claims other ON other.sealed_sha256 = p.other
           WHERE own.visit = ? AND other.visit IS NOT NULL AND own.sha256 <> other.sha256 ORDER BY own.photo, other.visit, other.photo""", [visit])
    return [Pair(*row) for row in rows.fetchall()]


def _pair(db: Database, round_id: str, sealed_sha256: str, likeness: str) -> None:
    bands = list(_bands(likeness))
    found = {row for band, bits in bands for near in _within_one(bits) for row in db.execute(
        """SELECT b.sealed_sha256, l.hash FROM photo_bands b JOIN photo_likenesses l USING (sealed_sha256)
           WHERE b.round = ? AND b.band = ? AND b.bits = ?""", [round_id, band, near])}
    for other, its in sorted(found):
        bits = (int(likeness, 16) ^ int(its, 16)).bit_count()
        if bits <= BITS_MOST:
            db.execute("INSERT OR IGNORE INTO photo_pairs (one, other, bits) VALUES (?, ?, ?)", [*sorted((sealed_sha256, other)), bits])
    db.conn.executemany("INSERT OR IGNORE INTO photo_bands (round, band, bits, sealed_sha256) VALUES (?, ?, ?, ?)",
                        [(round_id, *band, sealed_sha256) for band in bands])


def _bands(likeness: str) -> Iterator[tuple[int, int]]:
    digits = BAND_BITS // 4
    return ((band, int(likeness[band * digits:(band + 1) * digits], 16)) for band in range(BANDS))


def _within_one(bits: int) -> Iterator[int]:
    yield bits
    yield from (bits ^ 1 << bit for bit in range(BAND_BITS))


def _rounds_of(db: Database, sealed_sha256: str) -> list[Any]:
    rows = db.execute(
        """SELECT DISTINCT v.round FROM photo_claims c JOIN visits v ON v.visit = c.visit, json_each(v.doc, '$.photos') p
           WHERE c.sealed_sha256 = ? AND v.round IS NOT NULL AND p.value ->> 'photo' = c.photo AND p.value ->> 'source' <> 'demo'
           ORDER BY v.round""", [sealed_sha256])
    return [row[0] for row in rows]
