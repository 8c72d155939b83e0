"""The bytes of unfinished uploads: ``uploads/<id>``, appended as they arrive. The size of the file is the offset.

One writer at a time: an exclusive ``flock`` on the file itself, which ends with the request or the process that holds
it, so nothing has to be cleaned up after a crash. Bytes are made durable once, when the file becomes a photo.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Callable, Iterator

from ..problems import Problem
from .disk import full_is_a_problem

PIECE_BYTES = 16 * 1024
_ID = re.compile(r"[0-9a-f]{32}")


def path(data: Path, id: str) -> Path:
    """Where the bytes lie.

    :raises ValueError: not an upload's id, so it must not become part of a path.
    """
    if not _ID.fullmatch(id):
        raise ValueError(id)
    return data / "uploads" / id


def create(data: Path, id: str) -> None:
    """Make an empty file; one that is there stays as it is.

    :raises Problem: ``storage_full``.
    """
    file = path(data, id)
    with full_is_a_problem():
        file.parent.mkdir(exist_ok=True)
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))


def size(data: Path, id: str) -> int:
    """How many bytes have arrived."""
    try:
        return path(data, id).stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def locked(data: Path, id: str) -> Iterator[int]:
    """The file, open for appending, with nobody else writing.

    :raises Problem: ``upload_locked``: another request is writing it. ``upload_unknown``: there is no file.
    """
    file = path(data, id)
    try:
        handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        raise Problem("upload_unknown") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem("upload_locked") from None
        if not _is_still(file, handle):
            raise Problem("upload_unknown")
        yield handle
    finally:
        os.close(handle)


def _is_still(file: Path, handle: int) -> bool:
    try:
        return os.path.samestat(file.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def append(handle: int, read: Callable[[int], bytes], length: int) -> int:
    """Write up to ``length`` bytes as ``read`` gives them, which gives none when the connection has ended.

    :returns: how many arrived; all of them are in the file.
    :raises Problem: ``storage_full``; what was written before stays.
    """
    received = 0
    with full_is_a_problem():
        while received < length and (piece := read(min(PIECE_BYTES, length - received))):
            received += len(piece)
            while len(piece := piece[os.write(handle, piece):]):
                pass  # a disk that is nearly full takes a part
    return received


def sha256(handle: int) -> str:
    """The hash of the whole file, read in pieces."""
    with os.fdopen(os.dup(handle), "rb") as file:
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def older_than(data: Path, moment: datetime) -> list[str]:
    """The ids of the files that were last written before ``moment``."""
    folder, limit = data / "uploads", moment.timestamp()
    if not folder.is_dir():
        return []
    return [file.name for file in os.scandir(folder) if _ID.fullmatch(file.name) and file.stat().st_mtime < limit]


def remove(data: Path, id: str) -> None:
    """Drop the bytes; the caller holds the lock."""
    path(data, id).unlink(missing_ok=True)


def discard(data: Path, id: str) -> None:
    """Drop the bytes if there are any.

    :raises Problem: ``upload_locked``; nothing was dropped.
    """
    if path(data, id).exists():
        with locked(data, id):
            remove(data, id)
