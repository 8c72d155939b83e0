"""The coverage page (覆盖): five figures, the map, the table beside it, and why a township stands where it stands.

The whole page is made here; the browser's script only fetches it again and swaps the parts that changed, so figures,
table and reasons also work without it. What is chosen stands in the address: county, township, order, view.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Mapping, Sequence

from flask import Blueprint, render_template, request, url_for

from ..problems import Problem
from ..rules import coverage as coverage_rules
from ..rules.burn_up import BurnUp, burn_up, covered_since, plot
from ..rules.county_table import COUNTY_ORDERS, LEGEND, TOWNSHIP_ORDERS, county_table, total
from ..rules.pace import needed_per_week
from ..store import coverage, rounds, visit_pages
from ..times import moment, written
from . import current
from .access import permits

bp = Blueprint("desk_coverage", __name__)

#: Width and height of the burn-up, in pixels.
BURN_UP = (480, 150)


@dataclass(frozen=True)
class Choice:
    """What is chosen on the page, as its address says it."""

    round: str | None = None
    county: str | None = None
    unit: str | None = None
    sort: str = "code"
    down: bool = False
    view: str = "map"

    def url(self, **changes: Any) -> str:
        """The page with some choices changed; defaults stay out of the address."""
        wanted = replace(self, **changes)
        plain = Choice()
        return url_for("desk_coverage.page", **{
            name: int(value) if value is True else value
            for name, value in vars(wanted).items() if value != getattr(plain, name)
        })

    def sort_url(self, column: str) -> str:
        """The page sorted by a column; the same column again turns the order round."""
        return self.url(sort=column, down=self.sort == column and not self.down)


@bp.get("/desk/coverage")
@permits("coverage")
def page() -> str:
    """The page as its address asks for it; without a round it says how one comes to be."""
    choice = _choice(request.args)
    round_ = rounds.round_of(current.database(), choice.round)
    if round_ is None:
        if choice.round:
            raise Problem("round_unknown")
        return render_template("desk/coverage/empty.html")
    picture = coverage.coverage(current.database(), round_["round"], written(current.now()))
    progress = _progress(round_, picture["counts"])
    return render_template("desk/coverage/page.html", round=round_, picture=picture, legend=LEGEND, progress=progress,
                           plot=plot(progress, *BURN_UP), pace=_pace(round_, picture["counts"]),
                           **_tables(picture, choice))


def _choice(asked: Mapping[str, str]) -> Choice:
    return Choice(
        round=asked.get("round"), county=asked.get("county"), unit=asked.get("unit"), sort=asked.get("sort", "code"),
        down=asked.get("down") == "1", view="grid" if asked.get("view") == "grid" else "map",
    )


def _tables(picture: Mapping[str, Any], choice: Choice) -> dict[str, Any]:
    """The rows to show: counties, or one county's townships, in the order chosen; the township whose why is open."""
    townships = [feature["properties"] for feature in picture["features"]]
    selected = next((t for t in townships if t["unit"] == choice.unit), None)
    if choice.unit and selected is None:
        raise Problem("unit_unknown")
    if selected and choice.county is None:
        choice = replace(choice, county=selected["county"])
    rows = county_table(townships)
    county = next((row for row in rows if row.unit == choice.county), None)
    if choice.county and county is None:
        raise Problem("unit_unknown")
    shown = [t for t in townships if t["county"] == choice.county]
    return {
        "choice": choice, "county": county, "selected": selected, "total": total(rows, current.text("coverage.all_counties")),
        "rows": sorted(rows, key=COUNTY_ORDERS.get(choice.sort, COUNTY_ORDERS["code"]), reverse=choice.down),
        "townships": sorted(shown, key=TOWNSHIP_ORDERS.get(choice.sort, TOWNSHIP_ORDERS["code"]), reverse=choice.down),
        "tiles": [(row, [t for t in townships if t["county"] == row.unit]) for row in rows if county in (None, row)],
    }


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
