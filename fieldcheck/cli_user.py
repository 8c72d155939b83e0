"""``fieldcheck user``: accounts (账号) of the desk and of inspectors."""

from __future__ import annotations

import json

import click

from .actions.add_account import add_account
from .actions.change_account import Change, change_account
from .actions.new_companion_code import new_companion_code
from .actions.set_password import set_password
from .cli_data import Data, data_option, json_option, now
from .cli_words import SpokenGroup, column, group, option, problems_said, say
from .rules.roles import ROLES, TEAMS
from .store import people, registers, rounds

ACTOR = "cli"


@group(help="help.user")
def user() -> None:
    """The noun; its verbs follow."""


@user.command(help="help.user.add")
@click.argument("login")
@option("--role", type=click.Choice(ROLES), required=True, help="option.role")
@option("--team", type=click.Choice(TEAMS), help="option.team")
@option("--county", help="option.county")
@option("--name", "display_name", help="option.name")
@option("--password", help="option.password")
@data_option
def add(login: str, role: str, team: str | None, county: str | None, display_name: str | None, password: str | None,
        data: Data) -> None:
    """Add an account and print its id; the password is asked for twice where it is not given."""
    data.need()
    password = password or _asked_password()
    with problems_said():
        account = add_account(data.db, name=login, display_name=display_name or login, role=role, team=team,
                              password=password, now=now(), county=_county(data, county) if county else None,
                              keys=data.keys, actor=ACTOR)
    click.echo(account.id)


def _asked_password() -> str:
    return str(click.prompt(say("user.password"), hide_input=True, confirmation_prompt=say("user.password_again")))


def _county(data: Data, code: str) -> str:
    opened = rounds.round_of(data.db)
    register = opened["register"] if opened else next(reversed(registers.hashes(data.db)), "")
    found = [one["unit"] for one in registers.counties(data.db, register) if one["code"] == code]
    if not found:
        raise click.ClickException(say("user.county_unknown", code=code))
    return found[0]


@user.command(help="help.user.password")
@click.argument("login")
@option("--password", help="option.password")
@data_option
def password(login: str, password: str | None, data: Data) -> None:
    """Another password; it is asked for twice where it is not given."""
    data.need()
    with problems_said():
        set_password(data.db, data.keys, login, password or _asked_password(), ACTOR, now())
    click.echo(say("user.password.changed", name=login))


@user.group("second-factor", cls=SpokenGroup, help="help.user.second")
def second_factor() -> None:
    """The second step; its one verb follows."""


@second_factor.command(help="help.user.second.reset")
@click.argument("login")
@data_option
def reset(login: str, data: Data) -> None:
    """For somebody who lost the phone and the recovery codes."""
    data.need()
    person = people.account_by_name(data.db, login)
    with problems_said():
        change_account(data.db, data.keys, person.id if person else login, Change("second_factor_reset"), ACTOR, now())
    click.echo(say("user.second.reset", name=login))


@user.command(help="help.user.code")
@click.argument("login")
@data_option
def code(login: str, data: Data) -> None:
    """A new short code for an inspector, shown this once."""
    data.need()
    person = people.account_by_name(data.db, login)
    with problems_said():
        made = new_companion_code(data.db, person.id if person else "", now())
    click.echo(say("user.code", name=login, code=made))


@user.command("list", help="help.user.list")
@data_option
@json_option
def list_users(data: Data, as_json: bool) -> None:
    """All accounts, without anything secret."""
    data.need()
    found = people.accounts(data.db)
    if as_json:
        click.echo(json.dumps([vars(account) for account in found], ensure_ascii=False))
        return
    for account in found:
        click.echo(f"{column(account.name, 24)} {account.role:12} {account.team or '-':3} {account.display_name}")
