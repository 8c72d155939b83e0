"""``fieldcheck user``: accounts (账号) of the desk and of inspectors."""

from __future__ import annotations

import json

import click

from .actions.add_account import add_account
from .actions.new_companion_code import new_companion_code
from .cli_data import Data, data_option, json_option, now, say
from .problems import Problem
from .rules.roles import ROLES, TEAMS
from .store import people


@click.group()
def user() -> None:
    """Accounts.

    \b
    fieldcheck user add li.office --role supervisor --data /srv/fieldcheck
    fieldcheck user add zhao.a1 --role inspector --team A --name ZHAO --data /srv/fieldcheck
    fieldcheck user code zhao.a1 --data /srv/fieldcheck
    fieldcheck user list --data /srv/fieldcheck
    """


@user.command()
@click.argument("login")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--team", type=click.Choice(TEAMS), help="For inspectors and leaders.")
@click.option("--name", "display_name", help="How people call them (default: the login).")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for if left out.")
@data_option
def add(login: str, role: str, team: str | None, display_name: str | None, password: str, data: Data) -> None:
    """Add an account.

    \b
    fieldcheck user add zhao.a1 --role inspector --team A --data /srv/fieldcheck
    """
    data.need()
    try:
        account = add_account(data.db, name=login, display_name=display_name or login, role=role, team=team,
                              password=password, now=now())
    except Problem as problem:
        raise click.ClickException(say(f"{problem.code}.detail", **problem.details)) from None
    click.echo(account.id)


@user.command()
@click.argument("login")
@data_option
def code(login: str, data: Data) -> None:
    """A new short code for an inspector.

    \b
    fieldcheck user code zhao.a1 --data /srv/fieldcheck
    """
    data.need()
    person = people.account_by_name(data.db, login)
    try:
        made = new_companion_code(data.db, person.id if person else "", now())
    except Problem as problem:
        raise click.ClickException(say(f"{problem.code}.detail", **problem.details)) from None
    click.echo(say("user.code", name=login, code=made))


@user.command("list")
@data_option
@json_option
def list_users(data: Data, as_json: bool) -> None:
    """All accounts.

    \b
    fieldcheck user list --json --data /srv/fieldcheck
    """
    data.need()
    found = people.accounts(data.db)
    if as_json:
        click.echo(json.dumps([vars(account) for account in found], ensure_ascii=False))
        return
    for account in found:
        click.echo(f"{account.name:24} {account.role:12} {account.team or '-':3} {account.display_name}")
