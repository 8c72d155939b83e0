"""``fieldcheck backup``: a copy of the whole installation, consistent though phones go on sending.

The database is copied as it was at one moment, and photos after it, by the names it gives them: so every photo that the
copy names is in it. A manifest with the hash of each file comes last; a folder without one is no backup.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from ..problems import Problem
from ..store import copies, installation, photo_files, photos
from ..store.database import Database, open_database
from ..store.disk import full_is_a_problem


class Backup(NamedTuple):
    """What was copied. ``damaged``: photos whose bytes no longer hash to their name; they were copied as they are."""

    files: int
    photos: int
    size: int
    damaged: list[str]


def make_backup(db: Database, data: Path, target: Path, at: str, *, with_keys: bool, program: str) -> Backup:
    """Copy everything into the new folder ``target``, whose files only their owner can read.

    With its keys a backup can be read whole by whoever holds it; without them it opens nothing, and cannot be served.

    :raises Problem: ``backup_place_taken``, ``backup_place_inside``, ``storage_full`` (what was copied by then stays,
        without a manifest).
    """
    if target.exists() and any(target.iterdir()):
        raise Problem("backup_place_taken", path=str(target))
    if target.resolve().is_relative_to(data.resolve()):
        raise Problem("backup_place_inside", path=str(target))
    with full_is_a_problem():
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
    copies.snapshot(db, target / copies.DATABASE)
    held, files = _photos(db, data, target)
    for name in copies.others(data, with_keys):
        files[name] = copies.copy_file(data / name, target / name)
    files[copies.DATABASE] = copies.hash_file(target / copies.DATABASE)
    _write_manifest(target, {
        "format": copies.FORMAT, "made_at": at, "program": program, "keys": with_keys,
        "files": {name: {"sha256": digest, "size": size} for name, (digest, size) in sorted(files.items())}})
    installation.keep(db, installation.LAST_BACKUP, at)
    damaged = [name for name in held if files[photo_files.relative(name)][0] != name]
    return Backup(len(files), len(held), sum(size for _, size in files.values()), damaged)


def _photos(db: Database, data: Path, target: Path) -> tuple[list[str], dict[str, tuple[str, int]]]:
    copy = open_database(target / copies.DATABASE)
    try:
        held, files = [], {}
        for name in photos.held(copy):
            path = photo_files.relative(name)
            try:
                files[path] = copies.copy_file(data / path, target / path)
            except FileNotFoundError:
                # Refused since the snapshot, so its bytes were dropped; or lost, which ``verify`` names in the copy too.
                now = photos.find(db, name)
                if now is not None and now.state == photos.REFUSED:
                    photos.copy_verdict(copy, now)
                continue
            held.append(name)
        return held, files
    finally:
        copies.close(copy)


def _write_manifest(target: Path, manifest: dict[str, Any]) -> None:
    copies.write_file(target / copies.MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    copies.flush_all(target)
