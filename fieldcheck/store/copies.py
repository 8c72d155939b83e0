"""Copies of what an installation holds: durable, hashed on the way, and never through a link or out of their folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePosixPath
from typing import Iterator

from sqlite_utils import Database

from . import uploads
from .database import open_database
from .disk import flush_folder, full_is_a_problem

PIECE_BYTES = 1024 * 1024
DATABASE = "fieldcheck.db"
MANIFEST, FORMAT = "manifest.json", 1
NOTICE = "READ-ME-FIRST.txt"
KEY_FOLDERS = ("keys", "https")
# Made again at any time, of this moment only, or copied by what the database says of it.
NOT_COPIED = ("photos", "previews", "uploads", "looked_at")


def copy_file(source: Path, target: Path) -> tuple[str, int]:
    """Copy a file that is not there yet, readable by its owner only; hash and size of what was written.

    Its bytes are durable when this returns; its name is once the folder was flushed (``flush_all``).

    :raises Problem: ``storage_full``. :raises FileNotFoundError: no such source.
    """
    digest, size = hashlib.sha256(), 0
    with full_is_a_problem(), source.open("rb") as read:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as written:
            while piece := read.read(PIECE_BYTES):
                digest.update(piece)
                size += len(piece)
                written.write(piece)
            written.flush()
            os.fsync(written.fileno())
    return digest.hexdigest(), size


def write_file(target: Path, content: bytes) -> None:
    """A small file of these bytes, durable but for its name. :raises Problem: ``storage_full``."""
    with full_is_a_problem(), os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def hash_file(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size


def flush_all(folder: Path) -> None:
    """Make every name in and under a folder durable, and the folder's own."""
    for place, _folders, _files in os.walk(folder):
        flush_folder(Path(place))
    flush_folder(folder.parent)


def snapshot(db: Database, target: Path) -> None:
    """The whole database as it is at one moment, into a new file, while others go on writing.

    Unfinished uploads are left out: their bytes are not part of a backup, and their phones begin them again.

    :raises Problem: ``storage_full``.
    """
    with full_is_a_problem():
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        db.execute("VACUUM INTO ?", [str(target)])
    copy = open_database(target)
    uploads.forget_unfinished(copy)
    close(copy)


def close(copy: Database) -> None:
    """Close the only connection to a copy, so that it is one file again, and all of it on the disk."""
    copy.execute("PRAGMA journal_mode = DELETE")
    copy.conn.close()


def others(data: Path, with_keys: bool) -> Iterator[str]:
    """What else lies in a data folder and belongs to a copy of it: paths with ``/``, in a fixed order."""
    left_out = (*NOT_COPIED, *(() if with_keys else KEY_FOLDERS))
    for path in sorted(data.rglob("*")):
        name = path.relative_to(data).as_posix()
        if path.is_file() and not path.is_symlink() and name.partition("/")[0] not in left_out and not _is_passing(name):
            yield name


def _is_passing(name: str) -> bool:
    # The database is copied as a snapshot; its log and whatever was half written belong to the running server.
    return name.startswith(DATABASE) or name.endswith(".part")


def inside(path: str) -> bool:
    """Whether a path read from a file stays inside its folder wherever it is put."""
    pure = PurePosixPath(path)
    return bool(path) and not pure.is_absolute() and ".." not in pure.parts and pure.as_posix() == path and "\0" not in path
