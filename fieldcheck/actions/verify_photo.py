"""Verify a sealed photo that is held: is it the picture that its message promised? Then its receipt is given."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlite_utils import Database

from .. import pictures, sealed_photo
from ..keys import Keys
from ..problems import Problem
from ..store import photo_files, photos

RECEIPT_TYP = "fc-receipt"


def verify_photo(db: Database, data: Path, keys: Keys, sealed_sha256: str, at: str) -> photos.Photo:
    """The photo with its verdict. Without a message that carries the key it stays ``waiting``; a verdict is final.

    Looked at: the sealed bytes open with the key, hash and size of what is inside, its type by content, its
    structure from the first byte to the last, its pixels. Whether a JPEG also decodes is seen when it is first shown.

    :raises Problem: ``photo_not_held``.
    """
    photo = photos.find(db, sealed_sha256)
    if photo is None:
        raise Problem("photo_not_held")
    if photo.state != photos.WAITING:
        return photo
    claims = photos.claims_of(db, sealed_sha256)
    if not claims:
        return photo
    try:
        picture = _checked(photo_files.read(data, sealed_sha256), claims)
    except FileNotFoundError:
        raise Problem("photo_not_held") from None
    except pictures.PictureRefused as refused:
        photo = photos.set_refused(db, sealed_sha256, refused.code, refused.details, at)
        if photo.state == photos.REFUSED:
            photo_files.remove(data, sealed_sha256)
        return photo
    receipt = keys.sign({"device": photo.device, "photo": sealed_sha256, "size": photo.size, "verified": True, "at": at},
                        RECEIPT_TYP)
    return photos.set_verified(db, sealed_sha256, picture.mime, (picture.width, picture.height), receipt, at)


def _checked(sealed: bytes, claims: list[photos.Claim]) -> pictures.Picture:
    """The picture by the first claim that is true of the bytes; refused as the first claim is."""
    first: pictures.PictureRefused | None = None
    for claim in claims:
        try:
            return _checked_by(sealed, claim)
        except pictures.PictureRefused as refused:
            first = first or refused
    assert first is not None
    raise first


def _checked_by(sealed: bytes, claim: photos.Claim) -> pictures.Picture:
    try:
        content = sealed_photo.open_sealed(sealed, sealed_photo.read_key(claim.key))
    except sealed_photo.NotOpened:
        raise pictures.PictureRefused("photo_not_opened") from None
    if len(content) != claim.size or hashlib.sha256(content).hexdigest() != claim.sha256:
        raise pictures.PictureRefused("photo_differs")
    return pictures.inspect(content, claim.mime)
