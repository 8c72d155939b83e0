"""What every command needs: the data folder, its database and keys, and words in the caller's language."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Callable

import click

from . import texts
from .config import Config, load_config
from .keys import Keys, load_keys, make_keys
from .store.database import Database, open_database


class Data:
    """One data folder, opened when first asked for."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def db(self) -> Database:
        """The database, schema up to date."""
        return open_database(self.config.database)

    @cached_property
    def keys(self) -> Keys:
        """The server's keys."""
        return load_keys(self.config.keys)

    def make(self) -> None:
        """Create folder, keys and database where they are missing."""
        self.config.data.mkdir(parents=True, exist_ok=True)
        make_keys(self.config.keys)
        self.db.execute("SELECT 1")

    def need(self) -> None:
        """:raises click.ClickException: there is no database in this folder."""
        if not self.config.database.exists():
            raise click.ClickException(say("data.missing", path=self.config.data))


def now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


def language() -> str:
    """The language of the terminal: Chinese unless the locale says English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if spoken.lower().startswith(("en", "c", "posix")) else texts.DEFAULT_LANGUAGE


def say(key: str, /, **values: Any) -> str:
    """One sentence of the command line."""
    return texts.speaker(language(), "cli", "problem")(key, **values)


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--data DIR`` (or ``FIELDCHECK_DATA``); the command gets a ``Data``."""
    option = click.option("--data", metavar="DIR", envvar="FIELDCHECK_DATA", default=None,
                          callback=lambda _c, _p, value: Data(load_config(value)),
                          help="Data folder (default: FIELDCHECK_DATA, else fieldcheck-data).")
    return option(command)


json_option = click.option("--json", "as_json", is_flag=True, help="Answer for a script.")
