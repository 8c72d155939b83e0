"""``fieldcheck``: the command line. Noun groups live in ``cli_<noun>.py``; every ``--help`` leads with examples."""

from __future__ import annotations

import json
import secrets
from typing import Any

import click

from . import __version__
from .actions.add_account import add_account
from .actions.rebuild_folds import rebuild_folds
from .actions.verify_log import verify_log
from .cli_data import Data, data_option, json_option, now, say
from .cli_device import device
from .cli_register import register
from .cli_round import coverage, round_group
from .cli_user import user
from .demo import make_demo, print_doors
from .serving import run_server


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Covert village inspections, recorded offline, proven on a map.

    \b
    fieldcheck init --data /srv/fieldcheck     a new installation
    fieldcheck serve --data /srv/fieldcheck    the server
    fieldcheck verify --data /srv/fieldcheck   does everything recorded still hold?
    """


@main.command()
@data_option
def init(data: Data) -> None:
    """Make a new data folder: keys, database, one administrator.

    \b
    fieldcheck init --data /srv/fieldcheck

    The administrator's password is shown once.
    """
    if data.config.database.exists():
        raise click.ClickException(say("init.exists", path=data.config.database))
    password = secrets.token_urlsafe(12)
    data.make()
    add_account(data.db, name="admin", display_name="admin", role="admin", team=None, password=password, now=now())
    click.echo(say("init.made", path=data.config.data, password=password))


@main.command()
@data_option
@click.option("--reset", is_flag=True, help="Throw the demonstration away and make it anew.")
@click.option("--ensure", is_flag=True, help="Make it only where there is none.")
def demo(data: Data, reset: bool, ensure: bool) -> None:
    """Make a demonstration database (演示) with the real register of Jingzhou.

    \b
    fieldcheck demo --data demo-data
    fieldcheck demo --data demo-data --reset
    """
    make_demo(data, reset=reset, ensure=ensure, now=now())


@main.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; a demo stays on loopback.")
@click.option("--port", default=8000, show_default=True, help="The next free port is taken if this one is not.")
@click.option("--threads", default=32, show_default=True, help="Requests at once; each upload in flight holds one.")
def serve(data: Data, host: str, port: int, threads: int) -> None:
    """Serve desk and phones.

    \b
    fieldcheck serve --data /srv/fieldcheck --port 8000
    FIELDCHECK_ORIGIN=https://check.example.org fieldcheck serve --data /srv/fieldcheck
    """
    data.need()
    run_server(data.config, host, port, threads, lambda origin: print_doors(data, origin, now()))


@main.command()
@data_option
@json_option
def verify(data: Data, as_json: bool) -> None:
    """Recompute every hash, signature, receipt, private record and photo; exit 1 on the first doubt.

    \b
    fieldcheck verify --data /srv/fieldcheck
    fieldcheck verify --data /srv/fieldcheck --json
    """
    data.need()
    doubt = next(verify_log(data.db, data.config.data, data.keys), None)
    if as_json:
        click.echo(json.dumps({"doubt": doubt and doubt._asdict()}, ensure_ascii=False))
    elif doubt is None:
        click.echo(say("verify.clean", **_figures(data)))
    else:
        click.echo(say("verify.doubt", code=doubt.code, where=doubt.where, what=doubt.what))
    raise SystemExit(1 if doubt else 0)


@main.command()
@data_option
@json_option
@click.option("--check", is_flag=True, help="Change nothing, only report differences (exit 1 if there are any).")
def rebuild(data: Data, as_json: bool, check: bool) -> None:
    """Fold the whole log into the tables again.

    \b
    fieldcheck rebuild --check --data /srv/fieldcheck
    """
    data.need()
    differences = rebuild_folds(data.db, data.config.data, check)
    if as_json:
        click.echo(json.dumps({"differences": [d._asdict() for d in differences]}, ensure_ascii=False))
    else:
        for difference in differences:
            click.echo(f"{difference.table}  {difference.which}  {difference.row}")
        click.echo(say("rebuild.differences", n=len(differences)))
    raise SystemExit(1 if check and differences else 0)


def _figures(data: Data) -> dict[str, Any]:
    from .store.figures import figures
    return figures(data.db)


for group in (register, user, device, round_group, coverage):
    main.add_command(group)
