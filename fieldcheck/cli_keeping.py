"""``fieldcheck retention``, ``hold`` and ``key``: what is kept of people, for how long, and under which key."""

from __future__ import annotations

import json

import click

from .actions.apply_retention import apply_retention
from .actions.change_hold import change_hold
from .actions.change_private_key import change_private_key
from .cli_data import Data, data_option, json_option, now
from .cli_words import SpokenCommand, group, option, problems_said, say
from .store import holds


@click.command(cls=SpokenCommand, help="help.retention")
@data_option
@json_option
@option("--dry-run", is_flag=True, help="option.dry_run")
def retention(data: Data, as_json: bool, dry_run: bool) -> None:
    """Erase what has been kept long enough, as a running server does once a day; with ``--dry-run`` only say what."""
    data.need()
    found = apply_retention(data.db, data.config.data, data.keys, data.config.keep, now(), dry_run=dry_run)
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, "due": [one._asdict() for one in found]}, ensure_ascii=False))
        return
    for one in found:
        click.echo(say("retention.visit", visit=one.visit, rule=say(f"retention.rule.{one.rule}"), records=len(one.records),
                       photos=len(one.photos), held=one.held))
    click.echo(say("retention.would" if dry_run else "retention.done", records=sum(len(one.records) for one in found),
                   photos=sum(len(one.photos) for one in found), held=sum(one.held for one in found)))


@group(help="help.hold")
def hold() -> None:
    """The noun; its verbs follow."""


@hold.command("set", help="help.hold.set")
@click.argument("subject")
@option("--reason", required=True, help="option.hold_reason")
@data_option
def set_hold(subject: str, reason: str, data: Data) -> None:
    """Keep a visit or a photo whatever its time."""
    _change(data, subject, True, reason)


@hold.command(help="help.hold.lift")
@click.argument("subject")
@option("--reason", required=True, help="option.hold_reason")
@data_option
def lift(subject: str, reason: str, data: Data) -> None:
    """Let it go again; it is erased at the next run if its time is over."""
    _change(data, subject, False, reason)


@hold.command("list", help="help.hold.list")
@data_option
@json_option
def list_holds(data: Data, as_json: bool) -> None:
    """What is held, since when and why."""
    data.need()
    found = holds.holds(data.db)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one['at'][:10]}  {one['subject']}  {one['reason']}")


def _change(data: Data, subject: str, held: bool, reason: str) -> None:
    data.need()
    with problems_said():
        change_hold(data.db, data.keys, subject, held, reason, "cli", now())
    click.echo(say("hold.set" if held else "hold.lifted", subject=subject))


@group(help="help.key")
def key() -> None:
    """The noun; its verb follows."""


@key.command(help="help.key.rotate")
@data_option
def rotate(data: Data) -> None:
    """A new key for private records; everything is sealed anew under it."""
    data.need()
    with problems_said():
        count = change_private_key(data.db, data.config.keys)
    click.echo(say("key.rotated", n=count))
