"""Sealed photos and previews on disk, addressed by hash: ``photos/ab/<sealed_sha256>``, ``previews/ab/<…>-320``.

A photo is durable before anybody is told: the file is flushed, moved into place in one step, and the folder is flushed
too. A preview can be made again at any time, so it is only moved into place.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import re
import secrets
from pathlib import Path

from .disk import flush_folder, full_is_a_problem, make_folder

_HASH = re.compile(r"[0-9a-f]{64}")


def relative(sealed_sha256: str) -> str:
    """Where a sealed photo lies inside a data folder, with ``/`` on every system. :raises ValueError: not a hash."""
    return photo_path(Path(), sealed_sha256).as_posix()


def photo_path(data: Path, sealed_sha256: str) -> Path:
    """Where a sealed photo lies.

    :raises ValueError: not a hash, so it must not become part of a path.
    """
    return _place(data / "photos", sealed_sha256)


def preview_path(data: Path, sealed_sha256: str, edge: int) -> Path:
    """Where a sealed preview lies. :raises ValueError: not a hash."""
    place = _place(data / "previews", sealed_sha256)
    return place.with_name(f"{place.name}-{int(edge)}")


def _place(folder: Path, sealed_sha256: str) -> Path:
    if not _HASH.fullmatch(sealed_sha256):
        raise ValueError(sealed_sha256)
    return folder / sealed_sha256[:2] / sealed_sha256


def is_held(data: Path, sealed_sha256: str, size: int) -> bool:
    """Whether the photo's file is there in its full size."""
    try:
        return photo_path(data, sealed_sha256).stat().st_size == size
    except FileNotFoundError:
        return False


def keep(handle: int, file: Path, data: Path, sealed_sha256: str) -> None:
    """Make an uploaded file, open as ``handle``, a photo for good. It is durable when this returns.

    :raises Problem: ``storage_full``; the upload is as it was.
    """
    place = photo_path(data, sealed_sha256)
    with full_is_a_problem():
        os.fsync(handle)
        for folder in (place.parent.parent, place.parent):
            make_folder(folder)
        os.replace(file, place)
        flush_folder(place.parent)


def give_back(file: Path, data: Path, sealed_sha256: str) -> None:
    """Undo ``keep`` where the database could not be told: the bytes are the upload's again."""
    os.replace(photo_path(data, sealed_sha256), file)


def read(data: Path, sealed_sha256: str) -> mmap.mmap:
    """The sealed bytes as the system's own pages of the file. :raises FileNotFoundError: they are not here."""
    with photo_path(data, sealed_sha256).open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def digest(data: Path, sealed_sha256: str) -> str | None:
    """SHA-256 of the bytes as they lie on the disk now, or ``None`` where there are none."""
    try:
        with photo_path(data, sealed_sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def remove(data: Path, sealed_sha256: str) -> None:
    """Drop the bytes of a refused photo."""
    photo_path(data, sealed_sha256).unlink(missing_ok=True)


def erase(data: Path, sealed_sha256: str) -> None:
    """Drop the bytes and every small copy of a photo that is no longer kept."""
    remove(data, sealed_sha256)
    place = _place(data / "previews", sealed_sha256)
    for preview in place.parent.glob(f"{place.name}-*"):
        preview.unlink(missing_ok=True)


def read_preview(data: Path, sealed_sha256: str, edge: int) -> bytes | None:
    """A sealed preview, or ``None`` where none was made yet."""
    try:
        return preview_path(data, sealed_sha256, edge).read_bytes()
    except FileNotFoundError:
        return None


def keep_preview(data: Path, sealed_sha256: str, edge: int, sealed: bytes) -> None:
    """Keep a sealed preview; whoever reads sees all of it or nothing."""
    place = preview_path(data, sealed_sha256, edge)
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f"{place.name}.{secrets.token_hex(8)}")
    try:
        part.write_bytes(sealed)
        os.replace(part, place)
    finally:
        part.unlink(missing_ok=True)
