"""What the disk under the data folder can take, and the one way in which a full one is told."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from ..problems import Problem

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# SQLite names the fault by what it was doing: a page of the file, of its log, of the log's index.
_DATABASE_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}
# Folders whose names this process has seen onto the disk. One that a killed process left may not be there yet.
_durable: set[Path] = set()


def free_bytes(folder: Path) -> int:
    """What the disk under ``folder`` can still take."""
    return shutil.disk_usage(folder).free


def is_full(fault: BaseException) -> bool:
    """Whether a fault, of a file or of the database, means that no space is left."""
    if isinstance(fault, sqlite3.OperationalError):
        return getattr(fault, "sqlite_errorcode", None) in _DATABASE_FULL
    return isinstance(fault, OSError) and fault.errno in _FULL


def size(file: Path) -> int:
    """How large a file is; 0 where there is none."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def full_is_a_problem() -> Iterator[None]:
    """Turn "no space left" into the problem ``storage_full``; every other fault goes on as it is."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as fault:
        if is_full(fault):
            raise Problem("storage_full") from None
        raise


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """A folder whose own name is durable, as those of the folders above it that had to be made.

    Looked at once a process: another one may have made it and been killed before the name was on the disk.
    """
    if folder in _durable and folder.is_dir():
        return
    above = folder.parent
    if not above.is_dir():
        make_folder(above)
    folder.mkdir(exist_ok=True)
    flush_folder(above)
    _durable.add(folder)
