"""Verify a sealed photo that is held: is it the picture that its message promised? Then its receipt is given."""

from __future__ import annotations

from pathlib import Path

from ..keys import Keys
from ..problems import Problem
from ..store import photo_files, photo_verdicts, photos
from ..store.database import Database, write


def verify_photo(db: Database, data: Path, keys: Keys, sealed_sha256: str, at: str) -> photos.Photo:
    """The photo with its verdict. Without a message that carries the key it stays ``waiting``; a verdict is final.

    Looked at: the sealed bytes open with the key, hash and size of what is inside, its type by content, its
    structure from the first byte to the last, its pixels. Whether a JPEG also decodes is seen when it is first shown.
    Not to be called inside a write transaction: the bytes of a refused photo are dropped at once.

    :raises Problem: ``photo_not_held``.
    """
    photo = photos.find(db, sealed_sha256)
    if photo is None:
        raise Problem("photo_not_held")
    if photo.state != photos.WAITING or photo.erased_at is not None:
        return photo
    try:
        verdict = photo_verdicts.judge(db, data, sealed_sha256, photo.device)
    except FileNotFoundError:
        raise Problem("photo_not_held") from None
    if verdict is None:
        return photo
    with write(db):
        photo = photo_verdicts.record(db, verdict, keys.sign, at)
    if photo.state == photos.REFUSED:
        photo_files.remove(data, sealed_sha256)
    return photo
