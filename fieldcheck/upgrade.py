"""When a server starts under another version of the program: the folds are made anew where their code changed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import click

import sync

from .actions.rebuild_folds import rebuild_folds
from .cli_data import Data
from .cli_words import say
from .store import installation
from .times import written

#: What decides how messages become tables. A comment changed in there refolds once for nothing; nobody must remember.
FOLDING = ("rules", "store", "checklist_data", "checklists.py")


def folding_fingerprint() -> str:
    """SHA-256 over all code and data that folding depends on; another one means that the tables may be others."""
    here, digest = Path(__file__).resolve().parent, hashlib.sha256()
    places = [Path(sync.__file__).resolve().parent, *(here / name for name in FOLDING)]
    for place in places:
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(f"{place.name}/{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def folded_by_this_program(data: Data) -> None:
    """Note in a database whose log is empty, or was just folded, which code folded it."""
    installation.keep(data.db, installation.FOLDED_BY, folding_fingerprint())


def bring_up_to_date(data: Data, now: datetime) -> None:
    """Before a server takes requests: schema (with a copy beside it) and folds are this program's.

    :raises click.ClickException: a newer program made this database, or there is no room for the copy.
    """
    before, now_is = installation.read(data.db, installation.FOLDED_BY), folding_fingerprint()
    if before == now_is:
        data.close()
        return
    differing = sum(one.rows for one in rebuild_folds(data.db, data.config.data, check=False))
    folded_by_this_program(data)
    installation.keep(data.db, installation.UPGRADED, written(now))
    data.close()
    if before is not None or differing:
        click.echo(say("upgrade.refolded", n=differing))
