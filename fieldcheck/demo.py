"""A demonstration (演示): the real register of Jingzhou, invented people, some seventy visits through the real intake.

Everything in it says that it is one: the folder's ``DEMO`` file, the accounts' names, positions with ``source=demo``,
photos marked in their pixels. It never listens beyond loopback (``serving.py``), so its keys may come from its seed: the
same seed and moment make the same log, receipts and photos, byte for byte (``docs/architecture.md`` §6.4).
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import click

from . import checklists, texts
from .actions.add_account import add_account
from .actions.assign_township import Task, assign_township
from .actions.draft_round import draft_round
from .actions.invite_device import invite_device
from .actions.open_round import open_round
from .actions.sign_log_head import sign_log_head
from .cli_data import Data
from .cli_register import import_shipped
from .cli_round import ACTOR, DAYS, read_exclusions
from .cli_words import say, speakers
from .config import load_config
from .demo_accounts import (
    ADMIN, CODE, COUNTY, INSPECTOR, OFFICE, OFFICE_TOO, PASSWORD, TRY_ACCOUNT, TRY_COMPANION, TRY_TOWNSHIP,
)
from .demo_plan import DAYS_BACK, PAIRS, SCENES, SEED
from .demo_draws import draw_in_demo
from .demo_round import Cast, play_round
from .store import people, registers, rounds
from .store.planned_rounds import Plan

#: Sign-in name, role, team; the names that people read are marked 演示 in the catalogue.
PEOPLE = (
    (OFFICE, "supervisor", None), (OFFICE_TOO, "supervisor", None), ("demo-auditor", "auditor", None), (ADMIN, "admin", None),
    (COUNTY, "county", None), (INSPECTOR, "inspector", "A"), ("demo-a2", "inspector", "A"),
    *((name, "inspector", name[len("demo-")].upper()) for pair in PAIRS for name in pair),
    (TRY_ACCOUNT, "inspector", "A"), (TRY_COMPANION, "inspector", "A"),
)
#: 松滋市南海镇: where the demonstration phone of team A is sent.
PHONE_TOWNSHIP = "421087101"
DEMO_FIX_SOURCES = ("gps", "demo")
#: The round is in its fifth week of thirteen.
BEGUN_BEFORE = timedelta(days=DAYS_BACK + 2)
EXCLUSIONS = Path(__file__).resolve().parent / "register_data" / "jingzhou" / "exclusions.csv"


def make_demo(data: Data, *, reset: bool, ensure: bool, now: datetime, visits: int = SCENES, seed: int = SEED) -> None:
    """Make the demonstration in ``data``; ``reset`` makes it anew, ``ensure`` leaves an existing one alone.

    :param now: the moment that it is made for; everything in it lies before.
    :param visits: how many of the story's visits, counted from its end; fewer are quicker.
    :raises click.ClickException: the folder holds real data, or a demonstration and neither flag was given.
    """
    config = data.config
    # A folder with anything in it that is not a demonstration is somebody's: it is never replaced.
    if config.data.exists() and any(config.data.iterdir()) and not config.demo:
        raise click.ClickException(say("demo.not_demo", path=config.data))
    if config.database.exists() and ensure and not reset:
        return
    if config.database.exists() and not reset:
        raise click.ClickException(say("demo.exists", path=config.data))
    # Made beside its place and moved there whole: a demonstration that was interrupted never looks like a finished one.
    part = config.data.with_name(config.data.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    (part / "DEMO").write_text("")
    fresh = Data(load_config(part))
    fresh.make(Random(f"{seed}-keys").randbytes)
    _populate(fresh, now, visits, seed)
    fresh.db.conn.close()
    if config.data.exists():
        shutil.rmtree(config.data)
    part.rename(config.data)
    click.echo(say("demo.made", path=config.data))


def print_doors(data: Data, origin: str, now: datetime) -> None:
    """Say in both languages where the server is; in a demonstration also sign-ins, a fresh invitation, what to try."""
    doors = _doors(data, origin, now)
    for t in speakers():
        click.echo(t("serve.ready", origin=origin))
        if doors:
            click.echo(t("demo.try", **doors) + "\n")


def _doors(data: Data, origin: str, now: datetime) -> dict[str, str] | None:
    inspector = people.account_by_name(data.db, INSPECTOR) if data.config.demo else None
    if inspector is None:
        return None
    invitation = invite_device(data.db, inspector.id, "cli", now)
    return {"origin": origin, "office": OFFICE, "password": PASSWORD, "inspector": inspector.display_name,
            "link": f"{origin}/phone/#enrol={invitation.link_token}", "code": invitation.code,
            "accounts": ", ".join(name for name, *_ in PEOPLE)}


def _populate(data: Data, now: datetime, visits: int, seed: int) -> None:
    begun = now - BEGUN_BEFORE
    dice = Random(f"{seed}-server").randbytes
    accounts = {name: add_account(data.db, name=name, display_name=_chinese(f"demo.person.{name}"), role=role, team=team,
                                  password=PASSWORD, now=begun, demo=True, companion_code=CODE, keys=data.keys, dice=dice).id
                for name, role, team in PEOPLE}
    import_shipped(data, begun)
    excluded = [replace(one, signer=_chinese(f"demo.person.{OFFICE}")) for one in read_exclusions(EXCLUSIONS)]
    plan = Plan(_chinese("demo.round"), begun, timedelta(days=DAYS), checklists.CURRENT,
                {"fix_sources": list(DEMO_FIX_SOURCES)}, excluded)
    round_id = open_round(data.db, data.keys, plan, ACTOR, begun, demo=True, dice=dice)
    play_round(data, round_id, Cast(accounts, accounts[OFFICE], accounts[COUNTY], accounts[ADMIN], str(seed), dice), begun, now, visits,
               untouched=(PHONE_TOWNSHIP, TRY_TOWNSHIP))
    for code, names in ((PHONE_TOWNSHIP, (INSPECTOR, "demo-a2")), (TRY_TOWNSHIP, (TRY_ACCOUNT, TRY_COMPANION))):
        task = Task(round_id, "A", _township(data, round_id, code)["unit"], None, [accounts[name] for name in names], now)
        assign_township(data.db, data.keys, task, ACTOR, now, dice)
    draw_in_demo(data, accounts, now, dice)
    following = Plan(_chinese("demo.next_round"), plan.starts + plan.lasts, plan.lasts, plan.checklist, plan.params, excluded)
    draft_round(data.db, data.keys, following, accounts[OFFICE], now, dice)
    sign_log_head(data.db, data.keys, now)


def _township(data: Data, round_id: str, code: str) -> dict:
    register = rounds.round_of(data.db, round_id)["register"]  # type: ignore[index]
    return next(t for t in registers.townships(data.db, register) if t["code"] == code)


def _chinese(key: str) -> str:
    # Names are data, not sentences: they stay the same whatever language the page speaks.
    return texts.text("zh", "cli", key)
