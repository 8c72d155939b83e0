"""``fieldcheck round`` and ``fieldcheck coverage``: rounds (轮次) and what they cover (覆盖)."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from . import checklists
from .actions.open_round import open_round
from .cli_data import Data, data_option, json_option, now
from .cli_words import column, group, option, problems_said, say
from .problems import Problem
from .rules.coverage import STATUSES
from .rules.evidence import BEIJING, beijing_day
from .rules.scope import NO_VILLAGE, Exclusion
from .rules.unit_changes import GONE
from .rules.waiver import Waiver
from .store import log, past, rounds
from .store.planned_rounds import Plan
from .times import moment, written

ACTOR = "cli"
DAYS = 91
STATUS_WIDTH = 16


@group("round", help="help.round")
def round_group() -> None:
    """The noun; its verbs follow."""


@round_group.command("open", help="help.round.open")
@click.argument("name")
@option("--days", default=DAYS, show_default=True, help="option.days")
@option("--starts", type=click.DateTime(["%Y-%m-%d"]), help="option.starts")
@option("--exclusions", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="option.exclusions")
@option("--waivers", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="option.waivers")
@option("--duty-phone", help="option.duty_phone")
@option("--complaint-phone", help="option.complaint_phone")
@data_option
def open_command(name: str, days: int, starts: datetime | None, exclusions: Path | None, waivers: Path | None,
                 duty_phone: str | None, complaint_phone: str | None, data: Data) -> None:
    """Open a round over the current register and print its id: register, checklist, thresholds and scope are frozen."""
    data.need()
    begins = starts.replace(tzinfo=UTC) if starts else now()
    named = read_exclusions(exclusions) if exclusions else []
    phones = {"duty_phone": duty_phone, "complaint_phone": complaint_phone}
    params = {name: number for name, number in phones.items() if number}
    click.echo(open_round_with(data, Plan(name, begins, timedelta(days=days), checklists.CURRENT, params, named, waivers=read_waivers(waivers))))


@group(help="help.coverage")
def coverage() -> None:
    """The noun; its verbs follow."""


@coverage.command(help="help.coverage.show")
@option("--round", "round_id", metavar="ROUND", help="option.round")
@data_option
@json_option
def show(round_id: str | None, data: Data, as_json: bool) -> None:
    """Counts of a round and every township with its status and the reasons for it."""
    found = _coverage(data, round_id)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    words = {"in_scope": say("coverage.in_scope"), **{status: say(f"status.{status}") for status in STATUSES}}
    click.echo("  ".join(f"{word} {found['counts'][status]}" for status, word in words.items()))
    for feature in found["features"]:
        row = feature["properties"]
        told = "; ".join(map(str, _reasons(row)))
        click.echo(f"{row['code']}  {column(words[row['status']], STATUS_WIDTH)} {row['county_name']} {row['name']}  {told}".rstrip())


def _reasons(township: dict[str, Any]) -> list[str]:
    told = township["reasons"]
    if township["status"] != "excluded":
        return [say(f"reason.{reason}") for reason in told]
    # Whoever opened the round wrote these in their own words, all but what the rules say.
    return [say(f"exclusion.{reason}") if reason in (NO_VILLAGE, *GONE) else reason for reason in told]


@coverage.command(help="help.coverage.explain")
@click.argument("code")
@option("--round", "round_id", metavar="ROUND", help="option.round")
@option("--at", type=click.DateTime(["%Y-%m-%d"]), help="option.at_day")
@data_option
@json_option
def explain(code: str, round_id: str | None, at: datetime | None, data: Data, as_json: bool) -> None:
    """Why a township stands where it stands, or stood: its reasons, its visits, rule by rule."""
    opened = round_named(data, round_id)
    asked = written(_evening(at)) if at else log.no_earlier_than_its_end(data.db, written(now()))
    if asked < opened["opened_at"]:
        raise click.ClickException(say("coverage.not_open", date=beijing_day(moment(opened["opened_at"]))))
    row = past.explained_at(data.db, opened["round"], code, asked)
    if row is None:
        with problems_said():
            raise Problem("unit_unknown")
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False))
        return
    click.echo(f"{row['code']} {row['county_name']} {row['name']}: {say('status.' + row['status'])}")
    for told in [*(say(f"flag.{flag}") for flag in row["flags"]), *_reasons(row)]:
        click.echo(f"  {told}")
    for visit in row["visits"]:
        click.echo(f"{visit['visit']}  {visit['team']}  {visit['state']:10} {visit['opened_at']}")
        click.echo("  " + "  ".join(f"{one['rule']} {one['reason'] or one['result']}" for one in visit["rules"]))


def _coverage(data: Data, round_id: str | None) -> dict[str, Any]:
    opened = round_named(data, round_id)
    return past.standing(data.db, opened["round"], written(now())) or {}


def round_named(data: Data, round_id: str | None) -> dict[str, Any]:
    """The round of that id, or the latest.

    :raises click.ClickException: there is none.
    """
    data.need()
    opened = rounds.round_of(data.db, round_id)
    if not opened and round_id:
        raise click.ClickException(say("round.unknown", round=round_id))
    if not opened:
        with problems_said():
            raise Problem("no_round")
    return opened


def _evening(day: datetime) -> datetime:
    """The last millisecond of a day in Beijing; of the first and the last day that can be reckoned with, what there is of it."""
    try:
        return day.replace(tzinfo=UTC) - BEIJING + timedelta(days=1) - timedelta(milliseconds=1)
    except OverflowError:
        return (datetime.min if day.year == 1 else datetime.max).replace(tzinfo=UTC)


def open_round_with(data: Data, plan: Plan) -> str:
    """Open a round over the current register; its id.

    :raises click.ClickException: there is no register, or an exclusion names none of its townships.
    """
    with problems_said():
        return open_round(data.db, data.keys, plan, ACTOR, now())


def read_exclusions(path: Path) -> list[Exclusion]:
    """The rows ``code,reason`` and perhaps ``signer`` of a CSV file with a heading.

    :raises click.ClickException: it is not UTF-8, the heading is missing, or a row lacks a code or a reason.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            heading, rows = set(reader.fieldnames or ()), list(reader)
    except UnicodeDecodeError:
        raise click.ClickException(say("round.exclusions_not_utf8", path=path)) from None
    if not {"code", "reason"} <= heading:
        raise click.ClickException(say("round.exclusions_malformed", path=path, row=1))
    # Spaces are no reason and nobody's post.
    cells = [[(row.get(name) or "").strip() for name in ("code", "reason", "signer")] for row in rows]
    for number, (code, reason, _) in enumerate(cells, 2):
        if not code or not reason:
            raise click.ClickException(say("round.exclusions_malformed", path=path, row=number))
    return [Exclusion(*row) for row in cells]


def read_waivers(path: Path | None) -> list[Waiver]:
    """The rows ``village,listed,reason,signer`` of a CSV file with a heading; none without a file.

    :raises click.ClickException: it is no such file, or a row lacks one of them.
    """
    try:
        with problems_said():
            if path is None:
                return []
            rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
            if any(not row.get(name) for row in rows for name in ("village", "listed", "reason", "signer")):
                raise Problem("waiver_incomplete")
            return [Waiver(row["village"], int(row["listed"]), row["reason"], row["signer"]) for row in rows]
    except (ValueError, csv.Error):
        with problems_said():
            raise Problem("waiver_incomplete") from None
