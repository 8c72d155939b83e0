"""Show a photo at the desk: a small upright copy without metadata, made when it is first asked for."""

from __future__ import annotations

import secrets
from mmap import mmap
from pathlib import Path

from .. import picture_process, pictures, sealed_photo
from ..problems import Problem
from ..store import photo_files, photos
from ..store.database import Database


def open_preview(db: Database, data: Path, sealed_sha256: str, size: int) -> bytes:
    """A JPEG of at most ``size`` × ``size`` pixels; ``size`` is one of ``pictures.PREVIEW_EDGES``.

    It is kept sealed under the photo's own key. The first look decodes the picture: one that turns out damaged is
    marked so, its bytes and receipt stay.

    :raises Problem: ``photo_not_held`` (also while it waits or where it was refused), ``photo_erased``, ``photo_undecodable``.
    """
    if size not in pictures.PREVIEW_EDGES:
        raise ValueError(size)
    photo = photos.find(db, sealed_sha256)
    if photo is None or photo.state != photos.VERIFIED:
        raise Problem("photo_not_held")
    if photo.erased_at is not None:
        raise Problem("photo_erased")
    if photo.code is not None:
        raise Problem(photo.code)
    keys = [claim.key for claim in photos.claims_of(db, sealed_sha256)]
    kept = photo_files.read_preview(data, sealed_sha256, size)
    # A preview is not flushed when it is made, so a torn one after a power cut is made again.
    opened = None if kept is None else _opened(kept, keys)
    return opened[0][:] if opened else _made(db, data, sealed_sha256, size, keys)


def _made(db: Database, data: Path, sealed_sha256: str, size: int, keys: list[str]) -> bytes:
    try:
        opened = _opened(photo_files.read(data, sealed_sha256), keys)
    except FileNotFoundError:
        raise Problem("photo_not_held") from None
    if opened is None:
        raise Problem("photo_not_opened")
    content, key = opened
    try:
        small = picture_process.preview(content, size)
    except pictures.PictureRefused as refused:
        photos.set_damaged(db, sealed_sha256, refused.code)
        raise Problem(refused.code) from None
    iv = secrets.token_bytes(sealed_photo.IV_BYTES)
    photo_files.keep_preview(data, sealed_sha256, size, sealed_photo.seal(small, key, iv))
    return small


def _opened(sealed: bytes | mmap, keys: list[str]) -> tuple[mmap, bytes] | None:
    for text in keys:
        try:
            key = sealed_photo.read_key(text)
            return sealed_photo.open_sealed(sealed, key), key
        except sealed_photo.NotOpened:
            continue
    return None
