"""What is chosen on a page that shows coverage, as its address says it, and the rows that follow from the choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Mapping

from flask import url_for

from ..problems import Problem
from ..rules.county_table import COUNTY_ORDERS, TOWNSHIP_ORDERS, county_table, total
from ..rules.round_day import days_so_far, evening_of
from ..times import moment, written
from . import current


@dataclass(frozen=True)
class Choice:
    """What is chosen on the page of ``endpoint``."""

    endpoint: str
    round: str | None = None
    county: str | None = None
    unit: str | None = None
    sort: str = "code"
    down: bool = False
    view: str = "map"
    day: int | None = None
    """Days since the round began; the page as it was in the evening of that day, in Beijing. None: as it is now."""

    def url(self, **changes: Any) -> str:
        """The page with some choices changed; defaults stay out of the address."""
        wanted, plain = replace(self, **changes), Choice(self.endpoint)
        return url_for(self.endpoint, **{
            name: int(value) if value is True else value
            for name, value in vars(wanted).items() if value != getattr(plain, name)
        })

    def sort_url(self, column: str) -> str:
        """The page sorted by a column; the same column again turns the order round."""
        return self.url(sort=column, down=self.sort == column and not self.down)


def choice_of(asked: Mapping[str, str], endpoint: str) -> Choice:
    """The choice in an address's query; what it does not say is as the page comes by itself."""
    return Choice(
        endpoint, round=asked.get("round"), county=asked.get("county"), unit=asked.get("unit"),
        sort=asked.get("sort", "code"), down=asked.get("down") == "1",
        view="grid" if asked.get("view") == "grid" else "map", day=day_of(asked.get("day")),
    )


def day_of(asked: str | None) -> int | None:
    """A day of the round as an address says it; what is no such number means today."""
    return int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 5 else None


def looking_back(choice: Choice, round_: Mapping[str, Any], now: datetime) -> tuple[Choice, str | None]:
    """The choice and the moment that it looks back to; a day that has not ended yet is now."""
    starts = moment(round_["starts"])
    if choice.day is None or choice.day >= days_so_far(starts, now):
        return replace(choice, day=None), None
    return choice, written(evening_of(starts, choice.day))


def csv_townships(picture: Mapping[str, Any], choice: Choice) -> list[Mapping[str, Any]]:
    """The townships of the choice's county, or all, by code.

    :raises Problem: ``unit_unknown`` for a county that the round does not have.
    """
    townships = [feature["properties"] for feature in picture["features"]]
    shown = [t for t in townships if choice.county in (None, t["county"])]
    if not shown:
        raise Problem("unit_unknown")
    return shown


def tables(picture: Mapping[str, Any], choice: Choice) -> dict[str, Any]:
    """The rows to show: counties, or one county's townships, in the order chosen; the township whose why is open.

    :raises Problem: ``unit_unknown`` for a county or township that the round does not have.
    """
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
