"""What every command needs: the data folder, its database and keys, the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Callable

import click

from .chance import SYSTEM, Dice
from .cli_words import option, problems_said, say
from .config import Config, load_config
from .keys import Keys, load_keys, make_keys
from .store.database import Database, open_database


class Data:
    """One data folder, opened when first asked for."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def db(self) -> Database:
        """The database, schema up to date. :raises click.ClickException: a newer program made it, or no room."""
        with problems_said():
            return open_database(self.config.database)

    def close(self) -> None:
        """Close the database if it is open; it opens again when asked for. A connection must not cross a fork."""
        if "db" in self.__dict__:
            self.__dict__.pop("db").conn.close()

    @cached_property
    def keys(self) -> Keys:
        """The server's keys. :raises click.ClickException: a change of keys was broken off."""
        with problems_said():
            return load_keys(self.config.keys)

    def make(self, dice: Dice = SYSTEM) -> None:
        """Create folder, keys and database where they are missing."""
        self.config.data.mkdir(parents=True, exist_ok=True)
        make_keys(self.config.keys, dice)
        self.db.execute("SELECT 1")

    def need(self) -> None:
        """:raises click.ClickException: there is no database in this folder."""
        if not self.config.database.exists():
            raise click.ClickException(say("data.missing", path=self.config.data))


def now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--data DIR`` (or ``FIELDCHECK_DATA``); the command gets a ``Data``."""
    return option("--data", metavar="DIR", envvar="FIELDCHECK_DATA", show_envvar=True, help="option.data",
                  callback=lambda _context, _option, value: Data(load_config(value)))(command)


json_option = option("--json", "as_json", is_flag=True, help="option.json")


def out_options(required: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Adds ``--out FILE`` and ``--replace``, for ``write_out``."""
    def added(command: Callable[..., Any]) -> Callable[..., Any]:
        command = option("--replace", is_flag=True, help="option.replace")(command)
        return option("--out", type=click.Path(dir_okay=False, path_type=Path), required=required, help="option.out")(command)
    return added


def write_out(path: Path, content: bytes, replace: bool) -> None:
    """Write a file that was asked for and say so.

    :raises click.ClickException: there is such a file and nobody said ``replace``, or it cannot be written.
    """
    if path.is_file() and not replace:
        raise click.ClickException(say("out.taken", path=path))
    try:
        path.write_bytes(content)
    except OSError as fault:
        raise click.ClickException(say("out.failed", path=path, why=fault.strerror or type(fault).__name__)) from None
    click.echo(say("certify.written", path=path))
