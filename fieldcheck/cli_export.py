"""``fieldcheck export``: coverage and visits as files."""

from __future__ import annotations

from pathlib import Path

import click

from .cli_data import Data, data_option, now, out_options, write_out
from .cli_words import SpokenCommand, option, problems_said
from .export_file import TYPES, file_of
from .store import exports
from .times import written


@click.command("export", cls=SpokenCommand, help="help.export")
@click.argument("what", type=click.Choice(exports.WHAT))
@option("--format", "form", type=click.Choice(sorted(TYPES)), default="csv", show_default=True, help="option.format")
@option("--round", "round_id", metavar="ROUND", help="option.round")
@out_options(required=True)
@data_option
def export(what: str, form: str, round_id: str | None, out: Path, replace: bool, data: Data) -> None:
    """Write the townships or the visits of a round to a file."""
    data.need()
    with problems_said():
        table, picture = exports.table(data.db, what, round_id, written(now()), "cli")
    write_out(out, file_of(form, table, picture, lambda: exports.positions(data.db, table.about["round"])), replace)
