"""End an upload that its phone gives up (tus 1.0.0, termination)."""

from __future__ import annotations

from pathlib import Path

from ..store import upload_files, uploads
from ..store.database import Database


def end_upload(db: Database, data: Path, device: str, id: str, at: str) -> None:
    """Drop the upload and its bytes. A photo that was completed from it stays.

    :raises Problem: ``upload_unknown``, ``upload_expired``, ``upload_locked``.
    """
    uploads.of_device(db, id, device, at)
    upload_files.discard(data, id)
    uploads.remove(db, id)
