"""Take the bytes of a photo out of a rescue file into an upload of their own, to be completed like any other."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from ..problems import Problem
from ..store import photo_files, photos, upload_files, uploads
from ..store.database import Database


WAITING_MAX_BYTES = uploads.OUTSTANDING_MAX_BYTES // 2
"""Anybody's file may name any phone: what waits for no message must leave the phone itself room to send."""


@dataclass(frozen=True)
class Promise:
    """What the file says of the photo: whose, its hash, how many bytes."""

    device: str
    sealed_sha256: str
    length: int


def spool_photo(db: Database, data: Path, promise: Promise, read: Callable[[int], bytes], at: str, *,
                max_bytes: int) -> uploads.Upload | None:
    """The bytes as an upload that is whole, or ``None`` where the photo is held already: then nothing is read.

    The upload has no row: nobody goes on with it, and what a crash leaves of it is dropped with other orphans. The
    phone's own unfinished upload of the same photo is left alone until the hash is known to hold.

    :raises Problem: ``photo_too_large``, ``photo_truncated``, ``upload_limit_reached``, ``storage_full``.
    """
    if not 0 < promise.length <= max_bytes:
        raise Problem("photo_too_large", limit=max_bytes)
    known = photos.find(db, promise.sealed_sha256)
    if known and known.state != photos.REFUSED and photo_files.is_held(data, promise.sealed_sha256, known.size):
        return None
    uploads.check_room(db, data, promise.device, promise.length, outstanding_max_bytes=WAITING_MAX_BYTES)
    upload = uploads.Upload(secrets.token_hex(16), promise.device, promise.sealed_sha256, promise.length, "", at,
                            uploads.expiry(at), None)
    upload_files.create(data, upload.id)
    try:
        with upload_files.locked(data, upload.id) as handle:
            if upload_files.append(handle, read, promise.length) < promise.length:
                raise Problem("photo_truncated")
    except Problem:
        upload_files.discard(data, upload.id)
        raise
    return upload
