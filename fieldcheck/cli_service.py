"""What keeps an installation in service: ``fieldcheck work``, and its neighbours."""

from __future__ import annotations

import json
from pathlib import Path

import click

from . import __version__
from .actions.make_backup import make_backup
from .actions.restore_backup import restore_backup
from .actions.verify_log import verify_log
from .cli_data import Data, data_option, json_option, now
from .cli_words import SpokenCommand, option, problems_said, say, speakers
from .doctor import Patient, ask_over_the_network, examine
from .store import copies, jobs
from .times import written
from .work import run_due


@click.command(cls=SpokenCommand, help="help.work")
@data_option
@json_option
@option("--retry", is_flag=True, help="option.retry")
def work(data: Data, as_json: bool, retry: bool) -> None:
    """Do the jobs that are due, as the server does by itself; exit 1 if any was given up."""
    data.need()
    at = written(now())
    if retry:
        jobs.retry(data.db, at)
    done = run_due(data.db, data.config, data.keys)
    given_up = jobs.stuck(data.db, written(now()))
    if as_json:
        click.echo(json.dumps({"done": done, "stuck": [list(job) for job in given_up]}, ensure_ascii=False))
    else:
        click.echo(say("work.done", n=done))
        for kind, argument, fault in given_up:
            click.echo(say("work.stuck", job=say(f"job.{kind}"), argument=argument, fault=fault or say("job.killed")))
    raise SystemExit(1 if given_up else 0)


@click.command(cls=SpokenCommand, help="help.backup")
@click.argument("target", type=click.Path(path_type=Path), metavar="DEST")
@option("--without-keys", is_flag=True, help="option.without_keys")
@data_option
@json_option
def backup(target: Path, without_keys: bool, data: Data, as_json: bool) -> None:
    """Copy the whole installation while it runs; exit 1 if a photo's bytes were found changed."""
    data.need()
    with problems_said():
        made = make_backup(data.db, data.config.data, target, written(now()), with_keys=not without_keys, program=__version__)
        key = "backup.no_keys" if without_keys else "backup.keys"
        warning = "\n\n".join(speak(key) for speak in speakers())
        copies.write_file(target / copies.NOTICE, f"{warning}\n".encode())
    if as_json:
        click.echo(json.dumps({**made._asdict(), "keys": not without_keys}, ensure_ascii=False))
    else:
        click.echo(say("backup.made", path=target, files=made.files, photos=made.photos, size=f"{made.size / 1e6:.1f}"))
        click.echo(say(key))
        for photo in made.damaged:
            click.echo(say("backup.photo_changed", photo=photo))
    raise SystemExit(1 if made.damaged else 0)


@click.command(cls=SpokenCommand, help="help.restore")
@click.argument("source", type=click.Path(path_type=Path), metavar="SRC")
@option("--keys", type=click.Path(path_type=Path, file_okay=False, exists=True), help="option.keys")
@data_option
def restore(source: Path, keys: Path | None, data: Data) -> None:
    """Make an installation of a backup and verify it; exit 1 if anything is in doubt, which is then named."""
    with problems_said():
        back = restore_backup(source, data.config.data, written(now()), keys)
    click.echo(say("restore.done", path=data.config.data, at=back.made_at, files=back.files))
    if not back.keys:
        click.echo(say("restore.no_keys", path=data.config.keys))
        raise SystemExit(1)
    doubt = next(verify_log(data.db, data.config.data, data.keys), None)
    if doubt is not None:
        click.echo(say("restore.doubt", says=say(f"doubt.{doubt.code}"), code=doubt.code, where=doubt.where))
        raise SystemExit(1)
    click.echo(say("restore.next"))


@click.command(cls=SpokenCommand, help="help.doctor")
@data_option
@json_option
def doctor(data: Data, as_json: bool) -> None:
    """Say what is set up wrongly and what to do; exit 1 if anything is."""
    data.need()
    ask = ask_over_the_network(data.config.origin or "")
    faults = list(examine(Patient(data.config, data.db, now(), ask)))
    told = [{"code": fault.code, "detail": say(f"doctor.{fault.code}", **fault.details), "next": say(f"doctor.{fault.code}.next")}
            for fault in faults]
    if as_json:
        click.echo(json.dumps({"faults": told}, ensure_ascii=False))
    for one in () if as_json else told:
        click.echo(f"{one['detail']}\n  {one['next']}")
    if not as_json:
        click.echo(say("doctor.found", n=len(faults)) if faults else say("doctor.well"))
    raise SystemExit(1 if faults else 0)
