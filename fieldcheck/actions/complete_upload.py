"""Make a photo of an upload whose last byte has arrived. It is durable before anybody is told so."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from ..problems import Problem
from ..store import photo_files, photos, upload_files, uploads
from ..store.database import write


def complete_upload(db: Database, data: Path, device: str, id: str, at: str) -> None:
    """Hash all bytes from the file, move it to the photos, and say so in the database: in this order.

    Done again it does nothing, so a crash between any two steps is mended by the next request.

    :raises Problem: ``photo_hash_mismatch`` (the upload is dropped), ``upload_unknown``, ``upload_expired``,
        ``upload_locked``, ``upload_offset_wrong`` (bytes are missing).
    """
    upload = uploads.of_device(db, id, device, at)
    if upload.finished_at is not None:
        return
    with upload_files.locked(data, id) as handle:
        have = upload_files.size(data, id)
        if have != upload.length:
            raise Problem("upload_offset_wrong", offset=have)
        if upload_files.sha256(handle) != upload.sealed_sha256:
            upload_files.remove(data, id)
            uploads.remove(db, id)
            raise Problem("photo_hash_mismatch")
        photo_files.keep(handle, upload_files.path(data, id), data, upload.sealed_sha256)
        with write(db):
            photos.add_waiting(db, upload.sealed_sha256, device, upload.length, at)
            uploads.set_finished(db, id, at)
