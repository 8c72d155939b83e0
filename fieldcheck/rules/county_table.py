"""The coverage table, one county a row (覆盖表，县一行). Rule source: ``docs/inspection-rules.md`` §5.2, §7.1 table 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterable, Mapping

from .coverage import Status

#: 双组覆盖, 已覆盖, 已访待核, 未访, 不计入: from most to least evidence, the order of every list and legend.
LEGEND: tuple[Status, ...] = ("covered_both", "covered", "visited_unverified", "unvisited", "excluded")


@dataclass
class CountyRow:
    """How many townships of one county stand where; ``unit`` is the county's internal id, ``""`` in the total."""

    unit: str
    name: str
    code: str = ""
    latin: str | None = None
    covered_both: int = 0
    covered: int = 0
    visited_unverified: int = 0
    unvisited: int = 0
    excluded: int = 0

    @property
    def in_scope(self) -> int:
        """应覆盖: every township but the excluded ones."""
        return self.covered_both + self.covered + self.visited_unverified + self.unvisited

    @property
    def rate(self) -> float | None:
        """覆盖率, 0…1: (covered + covered by both) / in scope; ``None`` where nothing is in scope."""
        return (self.covered + self.covered_both) / self.in_scope if self.in_scope else None


def county_table(townships: Iterable[Mapping[str, Any]]) -> list[CountyRow]:
    """One row for each county of these townships' ``properties``, in the order of their codes."""
    rows: dict[str, CountyRow] = {}
    for township in townships:
        code = str(township["code"])[:6]
        row = rows.setdefault(township["county"], CountyRow(township["county"], township["county_name"], code, township.get("county_latin")))
        setattr(row, township["status"], getattr(row, township["status"]) + 1)
    return sorted(rows.values(), key=lambda row: row.code)


def total(rows: Iterable[CountyRow], name: str) -> CountyRow:
    """The sum of the rows, under ``name``."""
    whole = CountyRow("", name)
    for row in rows:
        for status in LEGEND:
            setattr(whole, status, getattr(whole, status) + getattr(row, status))
    return whole


COUNTY_ORDERS: Mapping[str, Callable[[CountyRow], Any]] = {
    "code": lambda row: row.code,
    "in_scope": lambda row: row.in_scope,
    **{status: (lambda row, status=status: getattr(row, status)) for status in LEGEND},
    "rate": lambda row: -1.0 if row.rate is None else row.rate,
}

TOWNSHIP_ORDERS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "code": lambda township: township["code"],
    "status": lambda township: LEGEND.index(township["status"]),
    "visits": lambda township: township["counts"]["visits"],
    "households": lambda township: township["counts"]["households"],
    "photos": lambda township: township["counts"]["photos_verified"],
}
