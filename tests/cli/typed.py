"""Commands as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from fieldcheck.cli import main
from fieldcheck.store import people
from fieldcheck.store.database import open_database

ENGLISH, CHINESE = "en_GB.UTF-8", "zh_CN.UTF-8"


def run(*words: object, language: str = ENGLISH, typed: str | None = None) -> Result:
    """One command in a terminal of that locale, 80 columns wide; ``typed`` answers its questions."""
    places = {"LC_ALL": language, "COLUMNS": "80", "FIELDCHECK_DATA": None}
    return CliRunner(env=places).invoke(main, list(map(str, words)), input=typed, catch_exceptions=False)


def answer(*words: object) -> Any:
    """What a script reads from a command with ``--json``."""
    return json.loads(run(*words, "--json").output)


def held(folder: Path) -> object:
    """What an installation must not lose: its keys, and its accounts with their passwords' hashes."""
    db = open_database(folder / "fieldcheck.db")
    keys = {path.name: path.read_bytes() for path in (folder / "keys").iterdir()}
    return keys, [(one, people.password_hash(db, one.id)) for one in people.accounts(db)]
