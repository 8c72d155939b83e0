"""Append bytes to an upload as they arrive (tus 1.0.0, PATCH). What arrived stays, however the request ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Callable

from ..problems import Problem
from ..store import upload_files, uploads
from ..store.database import Database
from ..times import moment, written

# An expiry date is not worth a commit per request.
RENEWED_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Appended:
    """``offset`` after the request; ``cut``: the body ended before its Content-Length."""

    upload: uploads.Upload
    offset: int
    cut: bool


def append_upload(db: Database, data: Path, device: str, id: str, offset: int, length: int,
                  read: Callable[[int], bytes], at: str) -> Appended:
    """Write ``length`` bytes from ``read`` at ``offset``; ``read`` gives none once the connection has ended.

    :raises Problem: ``upload_unknown``, ``upload_expired``, ``upload_locked``, ``upload_offset_wrong``,
        ``upload_beyond_length``, ``storage_full``.
    """
    upload = uploads.of_device(db, id, device, at)
    if upload.finished_at is not None:
        return _nothing_to_add(upload, offset, length)
    with upload_files.locked(data, id) as handle:
        have = upload_files.size(data, id)
        _check(upload, have, offset, length)
        received = upload_files.append(handle, read, length)
    if upload.expires_at < uploads.expiry(written(moment(at) - RENEWED_AFTER)):
        upload = replace(upload, expires_at=uploads.expiry(at))
        uploads.set_expiry(db, id, upload.expires_at)
    return Appended(upload, have + received, cut=received < length)


def _nothing_to_add(upload: uploads.Upload, offset: int, length: int) -> Appended:
    _check(upload, upload.length, offset, length)
    return Appended(upload, upload.length, cut=False)


def _check(upload: uploads.Upload, have: int, offset: int, length: int) -> None:
    if offset != have:
        raise Problem("upload_offset_wrong", offset=have)
    if have + length > upload.length:
        raise Problem("upload_beyond_length", length=upload.length)
