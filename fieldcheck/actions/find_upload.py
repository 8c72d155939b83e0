"""Say how much of an upload has arrived (tus 1.0.0, HEAD)."""

from __future__ import annotations

from pathlib import Path

from ..store import upload_files, uploads
from ..store.database import Database


def find_upload(db: Database, data: Path, device: str, id: str, at: str) -> tuple[uploads.Upload, int]:
    """The upload and its offset in bytes.

    :raises Problem: ``upload_unknown``, ``upload_expired``.
    """
    upload = uploads.of_device(db, id, device, at)
    return upload, upload.length if upload.finished_at else upload_files.size(data, id)
