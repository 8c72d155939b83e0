"""``fieldcheck``: the command line. Noun groups live in ``cli_<noun>.py``.

Every ``help`` is a key of ``static/texts/*/cli.json`` (``cli_words.py``); docstrings here are for whoever reads the code.
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime

import click

from . import __version__, cli_round_life
from .actions.add_account import add_account
from .actions.rebuild_folds import rebuild_folds
from .cli_compare import compare
from .cli_data import Data, data_option, json_option, now
from .cli_device import device
from .cli_draw import draw_command, signals_command
from .cli_export import export
from .cli_proof import certify, log_group, verify
from .cli_keeping import hold, key, retention
from .cli_register import register
from .cli_round import coverage, round_group
from .cli_service import backup, doctor, restore, work
from .cli_user import user
from .cli_words import SpokenOption, group, option, say
from .demo import make_demo, print_doors
from .demo_plan import SCENES
from .serving import Listen, keep_demonstration_here, run_server
from .upgrade import bring_up_to_date, folded_by_this_program


@group(help="help.fieldcheck", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, cls=SpokenOption, help="option.version", message="%(prog)s %(version)s")
def main() -> None:
    """Nothing by itself: the commands below do the work."""


@main.command(help="help.init")
@data_option
def init(data: Data) -> None:
    """Make a new data folder: keys, database, one administrator, whose password is shown once.

    :raises click.ClickException: there is a database already; nothing was changed.
    """
    if data.config.database.exists():
        raise click.ClickException(say("init.exists", path=data.config.database))
    password = secrets.token_urlsafe(12)
    data.make()
    add_account(data.db, name="admin", display_name="admin", role="admin", team=None, password=password, now=now(),
                keys=data.keys)
    click.echo(say("init.made", path=data.config.data, password=password))


@main.command(help="help.demo")
@data_option
@option("--reset", is_flag=True, help="option.reset")
@option("--ensure", is_flag=True, help="option.ensure")
@option("--visits", type=click.IntRange(1, SCENES), default=SCENES, show_default=True, help="option.visits")
@option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ"]), help="option.at")
def demo(data: Data, reset: bool, ensure: bool, visits: int, at: datetime | None) -> None:
    """Make a demonstration (演示) with the real register of Jingzhou; never in a folder that holds anything else."""
    make_demo(data, reset=reset, ensure=ensure, now=at.replace(tzinfo=UTC) if at else now(), visits=visits)


@main.command(help="help.serve")
@data_option
@option("--host", default="127.0.0.1", show_default=True, help="option.host")
@option("--port", default=8000, show_default=True, help="option.port")
@option("--threads", default=32, show_default=True, help="option.threads")
@option("--https", is_flag=True, help="option.https")
def serve(data: Data, host: str, port: int, threads: int, https: bool) -> None:
    """Serve desk and phones until told to stop; a demonstration on loopback only."""
    data.need()
    # Before anything is opened or brought up to date: what is refused changes nothing.
    keep_demonstration_here(data.config, host)
    bring_up_to_date(data, now())
    run_server(data.config, Listen(host, port, threads, https), lambda origin: print_doors(data, origin, now()))


@main.command(help="help.rebuild")
@data_option
@json_option
@option("--check", is_flag=True, help="option.check")
def rebuild(data: Data, as_json: bool, check: bool) -> None:
    """Fold the whole log into the tables again; with ``check`` change nothing, and exit 1 if anything differs."""
    data.need()
    differences = rebuild_folds(data.db, data.config.data, check)
    if not check:
        folded_by_this_program(data)
    if as_json:
        click.echo(json.dumps({"differences": [d._asdict() for d in differences]}, ensure_ascii=False))
    else:
        for difference in differences:
            more = f"  {say('rebuild.more', n=difference.rows - 1)}" if difference.rows > 1 else ""
            click.echo(f"{difference.table}  {say(f'rebuild.{difference.which}')}  {difference.row}{more}")
        click.echo(say("rebuild.differences" if check else "rebuild.done", n=sum(one.rows for one in differences)))
    raise SystemExit(1 if check and differences else 0)


coverage.add_command(certify)
coverage.add_command(compare)
round_group.add_command(draw_command)
round_group.add_command(signals_command)
for noun in (export, register, user, device, round_group, coverage, verify, log_group, work, backup, restore, doctor,
             retention, hold, key):
    main.add_command(noun)
