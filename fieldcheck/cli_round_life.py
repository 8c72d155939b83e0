"""``fieldcheck round draft|begin|begin-closing|sign-gap|close|list``: a round from its draft to its end."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from . import checklists
from .actions.begin_closing import begin_closing
from .actions.close_round import close_round
from .actions.draft_round import draft_round
from .actions.open_round import open_round
from .actions.sign_gap import sign_gap
from .cli_data import Data, data_option, json_option, now
from .cli_round import ACTOR, DAYS, read_exclusions, read_waivers, round_group, round_named
from .cli_words import option, problems_said, say
from .problems import Problem
from .rules.evidence import BEIJING
from .store import past, registers, round_states, rounds
from .store.planned_rounds import Plan, plan_of_draft
from .times import written


@round_group.command("draft", help="help.round.draft")
@click.argument("name")
@option("--days", default=DAYS, show_default=True, help="option.days")
@option("--starts", type=click.DateTime(["%Y-%m-%d"]), required=True, help="option.starts")
@option("--exclusions", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="option.exclusions")
@option("--waivers", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="option.waivers")
@data_option
def draft(name: str, days: int, starts: datetime, exclusions: Path | None, waivers: Path | None, data: Data) -> None:
    """Prepare a round and print the id that it will have."""
    data.need()
    named = read_exclusions(exclusions) if exclusions else []
    begins = starts.astimezone(now().tzinfo) if starts.tzinfo else starts.replace(tzinfo=now().tzinfo) - BEIJING
    with problems_said():
        plan = Plan(name, begins, timedelta(days=days), checklists.CURRENT, {}, named, waivers=read_waivers(waivers))
        click.echo(draft_round(data.db, data.keys, plan, ACTOR, now()))


@round_group.command("begin", help="help.round.begin")
@click.argument("draft_id", metavar="DRAFT")
@data_option
def begin(draft_id: str, data: Data) -> None:
    """Open a round that was prepared."""
    data.need()
    with problems_said():
        found = round_states.draft(data.db, draft_id)
        if found is None:
            raise Problem("round_not_draft")
        click.echo(open_round(data.db, data.keys, plan_of_draft(found), ACTOR, now(), demo=data.config.demo))


@round_group.command("begin-closing", help="help.round.begin_closing")
@option("--round", "round_id", metavar="ROUND", help="option.round")
@data_option
def begin_to_close(round_id: str | None, data: Data) -> None:
    """No new task any more."""
    opened = round_named(data, round_id)
    with problems_said():
        begin_closing(data.db, data.keys, opened["round"], ACTOR, now())


@round_group.command("sign-gap", help="help.round.sign_gap")
@click.argument("code")
@option("--reason", required=True, help="option.reason_gap")
@option("--signer", required=True, help="option.signer")
@option("--round", "round_id", metavar="ROUND", help="option.round")
@data_option
def gap(code: str, reason: str, signer: str, round_id: str | None, data: Data) -> None:
    """Sign off a township that stays uncovered."""
    opened = round_named(data, round_id)
    unit = next((one["unit"] for one in registers.townships(data.db, opened["register"]) if code in (one["code"], one["unit"])), code)
    with problems_said():
        sign_gap(data.db, data.keys, opened["round"], unit, (reason, signer), ACTOR, now())


@round_group.command("close", help="help.round.close")
@option("--round", "round_id", metavar="ROUND", help="option.round")
@data_option
def close(round_id: str | None, data: Data) -> None:
    """Close a round: what stands now stands for ever."""
    opened = round_named(data, round_id)
    with problems_said():
        close_round(data.db, data.keys, opened["round"], ACTOR, now())


@round_group.command("list", help="help.round.list")
@data_option
@json_option
def list_rounds(data: Data, as_json: bool) -> None:
    """Drafts and rounds with their state and figures."""
    data.need()
    found: list[dict[str, Any]] = [
        {"round": one["round"], "name": one["name"], "state": "draft", "starts": one["starts"], "ends": one["ends"]}
        for one in round_states.drafts(data.db)]
    for one in rounds.rounds(data.db):
        counts = past.counts(data.db, one["round"])
        found.append({**{name: one[name] for name in ("round", "name", "state", "starts", "ends", "closed_at")}, "counts": counts})
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        figures = f"  {one['counts']['covered'] + one['counts']['covered_both']}/{one['counts']['in_scope']}" if "counts" in one else ""
        click.echo(f"{one['round']}  {say('round.state.' + one['state'])}  {one['starts'][:10]}  {one['name']}{figures}")
