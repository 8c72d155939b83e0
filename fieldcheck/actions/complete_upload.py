"""Make a photo of an upload whose last byte has arrived. It is durable before anybody is told so."""

from __future__ import annotations

from pathlib import Path

from ..keys import Keys
from ..problems import Problem
from ..store import jobs, photo_files, photo_verdicts, photos, upload_files, uploads
from ..store.database import Database, write


def complete_upload(db: Database, data: Path, keys: Keys, upload: uploads.Upload, at: str) -> photos.Photo:
    """Hash all bytes from the file, move it to the photos, and say so in the database: in this order.

    Where a message has already brought the key, the photo is verified in the same commit; else it waits. A crash
    between any two steps is mended when the phone asks or sends again.

    :raises Problem: ``photo_hash_mismatch`` (the upload is dropped), ``upload_unknown`` (it was completed or ended
        meanwhile), ``upload_locked``, ``upload_offset_wrong`` (bytes are missing), ``storage_full``.
    """
    name = upload.sealed_sha256
    with upload_files.locked(data, upload.id) as handle:
        have = upload_files.size(data, upload.id)
        if have != upload.length:
            raise Problem("upload_offset_wrong", offset=have)
        if upload_files.sha256(handle) != name:
            upload_files.remove(data, upload.id)
            uploads.remove(db, upload.id)
            raise Problem("photo_hash_mismatch")
        photo_files.keep(handle, upload_files.path(data, upload.id), data, name)
        verdict = photo_verdicts.judge(db, data, name, upload.device)
        try:
            photo = _told(db, keys, upload, verdict, at)
        except Problem:
            if photos.find(db, name) is None:
                # Nobody was told of the photo, so what the phone sent stays what it sent.
                photo_files.give_back(upload_files.path(data, upload.id), data, name)
            raise
    if photo.state == photos.REFUSED:
        photo_files.remove(data, name)
    return photo


def _told(db: Database, keys: Keys, upload: uploads.Upload, verdict: photo_verdicts.Verdict | None, at: str) -> photos.Photo:
    name = upload.sealed_sha256
    with write(db):
        photos.add_waiting(db, name, upload.device, upload.length, at)
        uploads.set_finished(db, upload.id, at)
        if verdict is None:
            # Its message may have come in since the look for one.
            jobs.ask(db, jobs.VERIFY_PHOTO, name, at)
            return photos.known(db, name)
        return photo_verdicts.record(db, verdict, keys.sign, at)
