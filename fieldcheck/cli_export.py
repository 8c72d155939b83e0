"""``fieldcheck export``: coverage and visits as files."""

from __future__ import annotations

from pathlib import Path

import click

from .cli_data import Data, data_option, now
from .cli_words import SpokenCommand, option, problems_said, say
from .export_file import TYPES, file_of
from .store import exports
from .times import written


@click.command("export", cls=SpokenCommand, help="help.export")
@click.argument("what", type=click.Choice(exports.WHAT))
@option("--format", "form", type=click.Choice(sorted(TYPES)), default="csv", show_default=True, help="option.format")
@option("--round", "round_id", metavar="ROUND", help="option.round")
@option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="option.out")
@data_option
def export(what: str, form: str, round_id: str | None, out: Path, data: Data) -> None:
    """Write the townships or the visits of a round to a file."""
    data.need()
    with problems_said():
        table, picture = exports.table(data.db, what, round_id, written(now()), "cli")
    out.write_bytes(file_of(form, table, picture, lambda: exports.positions(data.db, table.about["round"])))
    click.echo(say("certify.written", path=out))
