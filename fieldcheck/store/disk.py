"""What the disk under the data folder can take, and the one way in which a full one is told."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from ..problems import Problem

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def free_bytes(folder: Path) -> int:
    """What the disk under ``folder`` can still take."""
    return shutil.disk_usage(folder).free


@contextmanager
def full_is_a_problem() -> Iterator[None]:
    """Turn "no space left" into the problem ``storage_full``; every other fault goes on as it is."""
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise Problem("storage_full") from None
        raise


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
