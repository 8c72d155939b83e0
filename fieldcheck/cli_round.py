"""``fieldcheck round`` and ``fieldcheck coverage``: rounds (轮次) and what they cover (覆盖)."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from . import checklists
from .actions.open_round import Plan, open_round
from .cli_data import Data, data_option, json_option, now, say
from .problems import Problem
from .rules.coverage import STATUSES
from .rules.scope import Exclusion
from .store import coverage as coverage_store
from .store import rounds
from .times import written

ACTOR = "cli"
DAYS = 91


@click.group("round")
def round_group() -> None:
    """Rounds.

    \b
    fieldcheck round open "2026-4" --data /srv/fieldcheck
    """


@round_group.command("open")
@click.argument("name")
@click.option("--days", default=DAYS, show_default=True, help="How long the round lasts.")
@click.option("--starts", type=click.DateTime(["%Y-%m-%d"]), help="First day, UTC (default: now).")
@click.option("--exclusions", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="CSV code,reason of units that inspection does not cover.")
@data_option
def open_command(name: str, days: int, starts: datetime | None, exclusions: Path | None, data: Data) -> None:
    """Open a round: freeze register, checklist, thresholds and scope.

    \b
    fieldcheck round open "2026-4" --exclusions exclusions.csv --data /srv/fieldcheck
    """
    data.need()
    begins = starts.replace(tzinfo=UTC) if starts else now()
    named = read_exclusions(exclusions) if exclusions else []
    click.echo(open_round_with(data, Plan(name, begins, timedelta(days=days), checklists.CURRENT, {}, named)))


@click.group()
def coverage() -> None:
    """Coverage.

    \b
    fieldcheck coverage show --data /srv/fieldcheck
    fieldcheck coverage show --round ROUND --json --data /srv/fieldcheck
    fieldcheck coverage explain 421002101 --data /srv/fieldcheck
    """


@coverage.command()
@click.option("--round", "round_id", help="Round id (default: the latest).")
@data_option
@json_option
def show(round_id: str | None, data: Data, as_json: bool) -> None:
    """Counts and townships of a round.

    \b
    fieldcheck coverage show --data /srv/fieldcheck
    """
    found = _coverage(data, round_id)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    click.echo("  ".join(f"{status} {found['counts'][status]}" for status in ("in_scope", *STATUSES)))
    for feature in found["features"]:
        row = feature["properties"]
        click.echo(f"{row['code']}  {row['status']:20} {row['county_name']} {row['name']}  {', '.join(row['reasons'])}")


@coverage.command()
@click.argument("code")
@click.option("--round", "round_id", help="Round id (default: the latest).")
@data_option
@json_option
def explain(code: str, round_id: str | None, data: Data, as_json: bool) -> None:
    """Why a township stands where it stands: its visits, rule by rule.

    \b
    fieldcheck coverage explain 421002101 --data /srv/fieldcheck
    """
    rows = (feature["properties"] for feature in _coverage(data, round_id)["features"])
    row = next((row for row in rows if code in (row["code"], row["unit"])), None)
    if row is None:
        raise click.ClickException(say("unit_unknown.detail"))
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False))
        return
    click.echo(f"{row['code']} {row['county_name']} {row['name']}: {' '.join([row['status'], *row['flags']])}")
    for reason in row["reasons"]:
        click.echo(f"  {reason}")
    for visit in row["visits"]:
        click.echo(f"{visit['visit']}  {visit['team']}  {visit['state']:10} {visit['opened_at']}  {visit['place']}  "
                   f"{visit['households_counted']}/{visit['households']}  {visit['photos_verified']}/{visit['photos']}")
        click.echo("  " + "  ".join(f"{one['rule']} {one['reason'] or one['result']}" for one in visit["rules"]))


def _coverage(data: Data, round_id: str | None) -> dict[str, Any]:
    data.need()
    opened = rounds.round_of(data.db, round_id)
    found = opened and coverage_store.coverage(data.db, opened["round"], written(now()))
    if not found:
        raise click.ClickException(say("no_round.detail"))
    return found


def open_round_with(data: Data, plan: Plan) -> str:
    """Open a round over the current register."""
    try:
        return open_round(data.db, data.keys, plan, ACTOR, now())
    except Problem as problem:
        raise click.ClickException(say(f"{problem.code}.detail", **problem.details)) from None


def read_exclusions(path: Path) -> list[Exclusion]:
    """The rows ``code,reason`` of a CSV file with a heading."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, 2):
        if not row.get("code") or not row.get("reason"):
            raise click.ClickException(say("round.exclusions_malformed", path=path, row=number))
    return [Exclusion(row["code"], row["reason"]) for row in rows]
