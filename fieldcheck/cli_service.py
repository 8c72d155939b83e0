"""What keeps an installation in service: ``fieldcheck work``, and its neighbours."""

from __future__ import annotations

import json

import click

from .cli_data import Data, data_option, json_option, now
from .cli_words import SpokenCommand, option, say
from .store import jobs
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
