"""``fieldcheck restore``: an installation from a backup, into a folder that holds nothing."""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path
from typing import Any, Mapping, NamedTuple

from ..problems import Problem
from ..store import copies, installation
from ..store.database import open_database
from ..store.disk import flush_folder, full_is_a_problem


class Restored(NamedTuple):
    """What came back. ``keys``: whether the keys are there; without them nothing opens."""

    made_at: str
    files: int
    keys: bool


def restore_backup(source: Path, data: Path, at: str, keys: Path | None = None) -> Restored:
    """Copy a backup to ``data``, each file held against the manifest; all of it appears at once, or nothing.

    ``keys``: a folder with the keys of a backup that was made without them.

    :raises Problem: ``restore_place_taken``; ``backup_unreadable`` (no manifest that this program reads);
        ``backup_damaged`` with ``file``; ``storage_full``.
    """
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise Problem("restore_place_taken", path=str(data))
    manifest = _manifest(source)
    part = data.with_name(f"{data.name}.{secrets.token_hex(4)}.part")
    try:
        with full_is_a_problem():
            part.mkdir(mode=0o700, parents=True)
            for name, expected in manifest["files"].items():
                _copied(source / name, part / name, name, expected)
            if keys is not None and not manifest["keys"]:
                for key in sorted(file for file in keys.iterdir() if file.is_file()):
                    copies.copy_file(key, part / "keys" / key.name)
            _remember(part, at)
            copies.flush_all(part)
            part.replace(data)
            flush_folder(data.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Restored(manifest["made_at"], len(manifest["files"]), (data / "keys").is_dir())


def _manifest(source: Path) -> Mapping[str, Any]:
    try:
        manifest = json.loads((source / copies.MANIFEST).read_bytes())
        files = manifest["files"]
        whole = manifest["format"] == copies.FORMAT and copies.DATABASE in files and all(
            copies.inside(name) and set(file) >= {"sha256", "size"} for name, file in files.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise Problem("backup_unreadable", path=str(source))
    return manifest


def _copied(source: Path, target: Path, name: str, expected: Mapping[str, Any]) -> None:
    try:
        found = copies.copy_file(source, target)
    except (FileNotFoundError, IsADirectoryError):
        found = ("", -1)
    if found != (expected["sha256"], expected["size"]):
        raise Problem("backup_damaged", file=name)


def _remember(part: Path, at: str) -> None:
    db = open_database(part / copies.DATABASE)
    try:
        installation.keep(db, installation.RESTORED, at)
    finally:
        copies.close(db)
