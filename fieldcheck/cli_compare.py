"""``fieldcheck coverage compare``: what both teams found in one place (两组对照)."""

from __future__ import annotations

import json
from typing import Any

import click

from .cli_data import Data, data_option, json_option
from .cli_round import round_named
from .cli_words import SpokenCommand, option, problems_said, say
from .problems import Problem
from .rules.team_comparison import Agreed
from .store import registers, team_comparisons


@click.command("compare", cls=SpokenCommand, help="help.coverage.compare")
@click.argument("code", required=False)
@option("--round", "round_id", metavar="ROUND", help="option.round")
@data_option
@json_option
def compare(code: str | None, round_id: str | None, data: Data, as_json: bool) -> None:
    """Where both teams were, their answers side by side and how often they agree; of one township, or of the round."""
    opened = round_named(data, round_id)
    units = {one["code"]: one["unit"] for one in registers.townships(data.db, opened["register"])}
    if code is not None and code not in units:
        with problems_said():
            raise Problem("unit_unknown")
    found, _checklist, names = team_comparisons.comparison_of(data.db, opened, units.get(code or ""))
    if as_json:
        click.echo(json.dumps({
            "round": opened["round"], "overall": _agreed(found.overall),
            "questions": {one: _agreed(agreed) for one, agreed in found.questions.items()},
            "villages": [{"village": one.village, "name": names[one.village]["name"], "unit": one.unit, "visits": one.visits,
                          **_agreed(one.agreed), "answers": {question: {team: answer["value"] for team, answer in given.items()}
                                                             for question, given in one.answers.items()}} for one in found.villages],
            "townships": [{"unit": one.unit, "name": names[one.unit]["name"], "negative": {
                question: {team: {"n": n, "negative": negative} for team, (negative, n) in given.items()}
                for question, given in one.rates.items()}} for one in found.townships]}, ensure_ascii=False))
        return
    click.echo(_line(say("compare.overall"), found.overall))
    for one in found.villages:
        click.echo("  " + _line(f"{names[one.unit]['name']} {names[one.village]['name']}", one.agreed))
    for question, agreed in found.questions.items():
        click.echo("    " + _line(question, agreed))


def _agreed(agreed: Agreed) -> dict[str, Any]:
    return {"agree": agreed.agree, "n": agreed.n}


def _line(what: str, agreed: Agreed) -> str:
    return say("compare.line", what=what, agree=agreed.agree, n=agreed.n)
