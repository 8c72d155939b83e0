"""``fieldcheck device``: phones."""

from __future__ import annotations

import json
from typing import Any

import click

from .actions.invite_device import invite_device
from .actions.revoke_device import revoke_device
from .cli_data import Data, data_option, json_option, now, say
from .problems import Problem
from .store import devices, people

ACTOR = "cli"


@click.group()
def device() -> None:
    """Phones.

    \b
    fieldcheck device enrol zhao.a1 --origin https://check.example.org --data /srv/fieldcheck
    fieldcheck device list --data /srv/fieldcheck
    fieldcheck device revoke DEVICE --reason "lost" --data /srv/fieldcheck
    """


@device.command()
@click.argument("login")
@click.option("--origin", default="http://127.0.0.1:8000", show_default=True, help="Where phones reach the server.")
@data_option
@json_option
def enrol(login: str, origin: str, data: Data, as_json: bool) -> None:
    """Invite a phone of this account: a link and an 8-character code, either good once within 24 hours.

    \b
    fieldcheck device enrol zhao.a1 --data /srv/fieldcheck
    """
    data.need()
    account = people.account_by_name(data.db, login)
    invitation = _or_say(lambda: invite_device(data.db, account.id if account else "", ACTOR, now()))
    link = f"{origin}/phone/#enrol={invitation.link_token}"
    if as_json:
        click.echo(json.dumps({"link": link, "code": invitation.code, "expires": invitation.expires.isoformat()}))
    else:
        click.echo(say("device.invited", link=link, code=invitation.code))


@device.command()
@click.argument("device_id")
@click.option("--reason", required=True, help="Kept on the log.")
@data_option
def revoke(device_id: str, reason: str, data: Data) -> None:
    """Revoke a phone.

    \b
    fieldcheck device revoke 0193a5a0-… --reason "lost on the bus" --data /srv/fieldcheck
    """
    data.need()
    _or_say(lambda: revoke_device(data.db, data.keys, device_id, reason, ACTOR, now()))


@device.command("list")
@data_option
@json_option
def list_devices(data: Data, as_json: bool) -> None:
    """All phones.

    \b
    fieldcheck device list --json --data /srv/fieldcheck
    """
    data.need()
    found = devices.devices(data.db)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for row in found:
        click.echo(f"{row['device']}  {row['team'] or '-'}  {row['name']}  {row['revoked_at'] or ''}")


def _or_say(act: Any) -> Any:
    try:
        return act()
    except Problem as problem:
        raise click.ClickException(say(f"{problem.code}.detail", **problem.details)) from None
