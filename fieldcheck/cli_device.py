"""``fieldcheck device``: phones (设备), invited, listed and taken out of use."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .actions.invite_device import invite_device
from .actions.name_known_point import forget_known_point, name_known_point
from .actions.revoke_device import revoke_device
from .cli_data import Data, data_option, json_option, now
from .cli_words import group, option, problems_said, say
from .rescue import import_file
from .store import devices, known_point, people

ACTOR = "cli"


@group(help="help.device")
def device() -> None:
    """The noun; its verbs follow."""


@device.command(help="help.device.enrol")
@click.argument("login")
@option("--origin", default="http://127.0.0.1:8000", show_default=True, help="option.origin")
@data_option
@json_option
def enrol(login: str, origin: str, data: Data, as_json: bool) -> None:
    """Invite a phone of this account: a link and an 8-character code, either good once within 24 hours."""
    data.need()
    account = people.account_by_name(data.db, login)
    with problems_said():
        invitation = invite_device(data.db, account.id if account else "", ACTOR, now())
    link = f"{origin}/phone/#enrol={invitation.link_token}"
    if as_json:
        click.echo(json.dumps({"link": link, "code": invitation.code, "expires": invitation.expires.isoformat()}))
    else:
        click.echo(say("device.invited", link=link, code=invitation.code))


@device.command(help="help.device.point")
@click.argument("lon", type=float, required=False)
@click.argument("lat", type=float, required=False)
@option("--name", default="", help="option.point_name")
@option("--none", "forget", is_flag=True, help="option.point_none")
@data_option
@json_option
def point(lon: float | None, lat: float | None, name: str, forget: bool, data: Data, as_json: bool) -> None:
    """Say where phones are tested for the frame of their positions, degrees WGS-84; without any, show it."""
    data.need()
    with problems_said():
        if forget:
            forget_known_point(data.db)
        elif lon is not None and lat is not None:
            name_known_point(data.db, name, lon, lat)
    named = known_point.read(data.db)
    if as_json:
        click.echo(json.dumps(named, ensure_ascii=False))
    else:
        click.echo(say("devices.point.is", **named) if named else say("devices.point.none"))


@device.command(help="help.device.revoke")
@click.argument("device_id", metavar="DEVICE")
@option("--reason", required=True, help="option.reason")
@data_option
def revoke(device_id: str, reason: str, data: Data) -> None:
    """Take a phone out of use: what it sends from now on goes to quarantine.

    :raises click.ClickException: no such phone, or it is out of use already.
    """
    data.need()
    known = devices.device(data.db, device_id)
    if known is None or known["revoked_at"]:
        # The error table speaks to the phone itself; here somebody mistyped, or was second.
        key = "device.revoked_before" if known else "device.unknown"
        raise click.ClickException(say(key, device=device_id, at=known and known["revoked_at"]))
    with problems_said():
        revoke_device(data.db, data.keys, device_id, reason, ACTOR, now())
    click.echo(say("device.revoked", device=device_id))


@device.command(help="help.device.rescue")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
@json_option
def rescue(file: Path, data: Data, as_json: bool) -> None:
    """Take in a rescue file by the same intake that phones use; the same file again changes nothing."""
    data.need()
    with problems_said():
        done = import_file(data.db, data.config, data.keys, file, now())
    if as_json:
        click.echo(json.dumps(done.document(), ensure_ascii=False))
        return
    for key, values in done.said():
        code = values.pop("code", None)
        click.echo(say(key, **values, **({"reason": say(f"{code}.title")} if code else {})))


@device.command("list", help="help.device.list")
@data_option
@json_option
def list_devices(data: Data, as_json: bool) -> None:
    """All phones, newest first."""
    data.need()
    found = devices.devices(data.db)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for row in found:
        ended = say("device.out_of_use", at=row["revoked_at"]) if row["revoked_at"] else ""
        click.echo(f"{row['device']}  {row['team'] or '-'}  {row['name']}  {ended}".rstrip())
