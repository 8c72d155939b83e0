"""The coverage page (覆盖): five figures, the map, the table beside it, and why a township stands where it stands.

The whole page is made here; the browser's script only fetches it again and swaps the parts that changed, so figures,
table and reasons also work without it. What is chosen stands in the address: county, township, order, view.
"""

from __future__ import annotations

import json
from typing import Any, Mapping, Sequence

from flask import Blueprint, Response, render_template, request

from ..problems import Problem
from ..rules import coverage as coverage_rules
from ..rules.burn_up import BurnUp, burn_up, covered_since, plot
from ..rules.county_table import LEGEND
from ..rules.csv_text import csv_text
from ..rules.pace import needed_per_week
from ..rules.round_day import days_so_far
from ..store import past, rounds, visit_pages
from ..times import moment, written
from . import current
from .access import permits
from .coverage_choice import choice_of, csv_townships, looking_back, tables
from .looks import looked_at

bp = Blueprint("desk_coverage", __name__)

#: Width and height of the burn-up, in pixels.
BURN_UP = (480, 130)
CSV_COLUMNS = ("code", "county", "township", "status", "flags", "reasons", "visits", "households", "photos")


@bp.get("/desk/coverage")
@permits("coverage")
def page() -> str:
    """The page as its address asks for it; without a round it says how one comes to be."""
    choice = choice_of(request.args, "desk_coverage.page")
    round_ = rounds.round_of(current.database(), choice.round)
    if round_ is None:
        if choice.round:
            raise Problem("round_unknown")
        return render_template("desk/coverage/empty.html")
    choice, at = looking_back(choice, round_, current.now())
    now_ = written(current.now())
    db = current.database()
    # Looking back reads the log again and costs the same with the visits; now, only the township that is open tells of its.
    picture = json.loads(past.document_at(db, round_, at) if at else past.document(db, round_, now_, brief=True))
    shown = tables(picture, choice)
    if shown["selected"] and not at:
        shown["selected"] = past.township(db, round_, shown["selected"]["unit"], now_)
    progress = _progress(round_, picture["counts"])
    return render_template("desk/coverage/page.html", round=round_, picture=picture, legend=LEGEND, progress=progress,
                           plot=plot(progress, *BURN_UP), pace=_pace(round_, picture["counts"]),
                           days=days_so_far(moment(round_["starts"]), current.now()), at=at, **shown)


@bp.get("/desk/coverage.csv")
@permits("coverage")
@looked_at("export")
def as_csv() -> Response:
    """The townships of the round or of the county chosen, in words, as a spreadsheet opens them."""
    choice = choice_of(request.args, "desk_coverage.as_csv")
    round_ = rounds.asked_for(current.database(), choice.round)
    picture = json.loads(past.document(current.database(), round_, written(current.now()), brief=True))
    head = [current.text(f"coverage.{name}") for name in CSV_COLUMNS]
    answer = Response(csv_text(head, map(_csv_row, csv_townships(picture, choice))), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"coverage-{round_['round']}.csv")
    return answer


def _csv_row(township: Mapping[str, Any]) -> list[Any]:
    counts, comma = township["counts"], current.text("list_comma")
    kind = "exclusion" if township["status"] == "excluded" else "reason"
    return [
        township["code"], township["county_name"], township["name"], current.text(f"status.{township['status']}"),
        comma.join(current.text(f"flag.{flag}") for flag in township["flags"]),
        comma.join(current.word(f"{kind}.{reason}", reason) for reason in township["reasons"]),
        counts["visits"], counts["households"], counts["photos_verified"],
    ]


def _progress(round_: Mapping[str, Any], counts: Mapping[str, int]) -> BurnUp:
    """How many townships were covered by when; each counts from the decision that made it covered."""
    def status_of(visits: Sequence[Mapping[str, Any]]) -> str:
        return coverage_rules.coverage_of_unit(None, visits, round_["params"], None)["status"]

    accepted = visit_pages.accepted(current.database(), round_["round"])
    in_scope = {unit for unit, reason in rounds.units(current.database(), round_["round"]).items() if reason is None}
    since = (covered_since(visits, status_of) for unit, visits in accepted.items() if unit in in_scope)
    return burn_up([moment(at) for at in since if at], counts["in_scope"], moment(round_["starts"]),
                   moment(round_["ends"]), current.now())


def _pace(round_: Mapping[str, Any], counts: Mapping[str, int]) -> tuple[int, int]:
    missing = counts["in_scope"] - counts["covered"] - counts["covered_both"]
    return needed_per_week(missing, current.now(), moment(round_["ends"]))
