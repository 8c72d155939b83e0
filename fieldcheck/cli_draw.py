"""``fieldcheck round draw``, ``round signals`` and ``verify draw``: who goes where, what leaked, and drawing it again."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from .actions.draw_township import Batch, draw_township, reveal_time
from .cli_data import Data, data_option, json_option, now
from .cli_words import SpokenCommand, option, problems_said, say
from .rules.roles import TEAMS
from .rules.township_draw import PEOPLE_FEWEST
from .store import draw_replay, leak_signals, people, rounds

ACTOR = "cli"
DRAWS = Path("draw")
"""Typed instead of a file: the draws."""


class CertificateOrDraws(click.Path):
    """A file, or the word ``draw``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; that word is none that must exist."""
        return DRAWS if value == DRAWS.name else super().convert(value, param, ctx)


@click.command("draw", cls=SpokenCommand, help="help.round.draw")
@option("--team", type=click.Choice(TEAMS), required=True, help="option.draw_team")
@option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="option.draw_day")
@option("--value", required=True, help="option.draw_value")
@option("--source", required=True, help="option.draw_source")
@option("--people", "chosen", default="", metavar="NAME,NAME", help="option.draw_people")
@option("--take", type=click.IntRange(PEOPLE_FEWEST), default=PEOPLE_FEWEST, show_default=True, help="option.draw_take")
@option("--reveal", type=click.DateTime(["%H:%M"]), help="option.draw_reveal")
@option("--near", metavar="CODE", help="option.draw_near")
@option("--within", type=click.IntRange(1), metavar="KM", help="option.draw_within")
@option("--round", "round_id", metavar="ROUND", help="option.round")
@data_option
@json_option
def draw_command(team: str, day: datetime, value: str, source: str, chosen: str, take: int, reveal: datetime | None,
                 near: str | None, within: int | None, round_id: str | None, data: Data, as_json: bool) -> None:
    """Draw people and a township for a team's day; says who and when, never where."""
    data.need()
    batch = Batch(team, day.date(), value, source, tuple(filter(None, chosen.split(","))), take,
                  reveal and reveal_time(day.date(), reveal.strftime("%H:%M")), near, within)
    with problems_said():
        made = draw_township(data.db, data.keys, batch, ACTOR, now(), round_id)
    shown = {name: made[name] for name in ("batch", "number", "team", "day", "reveal_at", "members")}
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        click.echo(say("draw.made", number=made["number"], batch=made["batch"], people=_names(data, made["members"]),
                       at=made["reveal_at"]))


def _names(data: Data, members: list[str]) -> str:
    names = {account.id: account.display_name for account in people.accounts(data.db)}
    return ", ".join(names.get(member, member) for member in members)


@click.command("signals", cls=SpokenCommand, help="help.round.signals")
@option("--round", "round_id", metavar="ROUND", help="option.round")
@data_option
@json_option
def signals_command(round_id: str | None, data: Data, as_json: bool) -> None:
    """Leak signals of a round, for an auditor at the terminal; nothing of it rejects a visit."""
    data.need()
    with problems_said():
        opened = rounds.asked_for(data.db, round_id)
    found = leak_signals.of_round(data.db, opened["round"])
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    marked = [one for one in found["visits"] if one["signals"]]
    click.echo(say("signals.lead", n=len(marked), visits=len(found["visits"])))
    for one in marked:
        told = "; ".join(say(f"signal.{name}") for name in one["signals"])
        click.echo(f"{one['visit']}  {one['county'] or ''} {one['name'] or ''}  {told}")


def verify_draws(data: Data, round_id: str | None, as_json: bool) -> None:
    """Draw every revealed draw again from the log alone.

    :raises SystemExit: 0 where all hold, else 1.
    """
    doubts, seen = list(draw_replay.replay(data.db, round_id)), draw_replay.counted(data.db, round_id)
    if as_json:
        click.echo(json.dumps({"doubts": [one._asdict() for one in doubts], **seen._asdict()}, ensure_ascii=False))
    for one in () if as_json else doubts:
        click.echo(say("verify.doubt", says=say(f"doubt.{one.code}"), code=one.code, where=one.where))
    if not as_json and not doubts:
        click.echo(say("verify.draws", **seen._asdict()))
    raise SystemExit(1 if doubts else 0)
