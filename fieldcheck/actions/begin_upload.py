"""Begin the upload of a sealed photo, or find the one that was begun before (tus 1.0.0, creation)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from ..problems import Problem
from ..store import photo_files, photos, upload_files, uploads
from ..store.database import Database

# A refusal that another installation of the same server might not repeat.
_LOOKED_AT_AGAIN = {"photo_type_unsupported"}


@dataclass(frozen=True)
class Promise:
    """What a phone says of the bytes it will send. ``metadata``: its header as sent, given back on HEAD."""

    device: str
    sealed_sha256: str
    length: int
    metadata: str


@dataclass(frozen=True)
class Begun:
    """Where to send the bytes, and how many are there already: all of them where the photo is held."""

    upload: uploads.Upload
    offset: int


def begin_upload(db: Database, data: Path, promise: Promise, at: str, *, max_bytes: int,
                 outstanding_max_bytes: int = uploads.OUTSTANDING_MAX_BYTES,
                 disk_reserve_bytes: int = uploads.DISK_RESERVE_BYTES) -> Begun:
    """Make room for the promised bytes. The same phone and hash always get the same upload.

    :raises Problem: ``photo_too_large``, ``upload_length_differs``, ``upload_limit_reached``, ``storage_full``, or the
        code with which this very photo was refused before: its bytes can never be others.
    """
    if promise.length > max_bytes:
        raise Problem("photo_too_large", limit=max_bytes)
    with uploads.write_lightly(db):
        held = _is_held(db, data, promise)
        known = uploads.of_photo(db, promise.device, promise.sealed_sha256)
        if known is not None:
            upload = _taken_up(db, known, promise, held, at)
        else:
            if not held:
                uploads.check_room(db, data, promise.device, promise.length, outstanding_max_bytes=outstanding_max_bytes,
                                   disk_reserve_bytes=disk_reserve_bytes)
            upload = _new(promise, held, at)
            uploads.add(db, upload)
        if upload.finished_at is None:
            upload_files.create(data, upload.id)
    return Begun(upload, upload.length if upload.finished_at else upload_files.size(data, upload.id))


def _is_held(db: Database, data: Path, promise: Promise) -> bool:
    photo = photos.find(db, promise.sealed_sha256)
    if photo is None:
        return False
    if photo.size != promise.length:
        raise Problem("upload_length_differs", expected=photo.size)
    if photo.state == photos.REFUSED:
        if photo.code in _LOOKED_AT_AGAIN:
            return False
        raise Problem(photo.code or "photo_undecodable", **photo.details)
    if photo.erased_at is not None:
        return True  # it was here and is no longer kept: its phone must not send it again
    # A restored data folder may lack the file of a known photo; then it is simply taken in again.
    return photo_files.is_held(data, promise.sealed_sha256, photo.size)


def _taken_up(db: Database, known: uploads.Upload, promise: Promise, held: bool, at: str) -> uploads.Upload:
    if known.length != promise.length:
        raise Problem("upload_length_differs", expected=known.length)
    expires, finished = uploads.expiry(at), (known.finished_at or at) if held else None
    uploads.set_expiry(db, known.id, expires)
    if finished != known.finished_at:
        uploads.set_finished(db, known.id, finished)
    return replace(known, expires_at=expires, finished_at=finished)


def _new(promise: Promise, held: bool, at: str) -> uploads.Upload:
    return uploads.Upload(secrets.token_hex(16), promise.device, promise.sealed_sha256, promise.length,
                          promise.metadata, at, uploads.expiry(at), at if held else None)
