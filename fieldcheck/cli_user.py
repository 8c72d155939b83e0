"""``fieldcheck user``: accounts (账号) of the desk and of inspectors."""

from __future__ import annotations

import json

import click

from .actions.add_account import add_account
from .actions.new_companion_code import new_companion_code
from .cli_data import Data, data_option, json_option, now
from .cli_words import column, group, option, problems_said, say
from .rules.roles import ROLES, TEAMS
from .store import people


@group(help="help.user")
def user() -> None:
    """The noun; its verbs follow."""


@user.command(help="help.user.add")
@click.argument("login")
@option("--role", type=click.Choice(ROLES), required=True, help="option.role")
@option("--team", type=click.Choice(TEAMS), help="option.team")
@option("--name", "display_name", help="option.name")
@option("--password", help="option.password")
@data_option
def add(login: str, role: str, team: str | None, display_name: str | None, password: str | None, data: Data) -> None:
    """Add an account and print its id; the password is asked for twice where it is not given."""
    data.need()
    if password is None:
        password = click.prompt(say("user.password"), hide_input=True, confirmation_prompt=say("user.password_again"))
    with problems_said():
        account = add_account(data.db, name=login, display_name=display_name or login, role=role, team=team,
                              password=password, now=now())
    click.echo(account.id)


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
