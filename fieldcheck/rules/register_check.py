"""Check the rows of a register against one another: duplicates, orphans, overlaps.

Source: `docs/inspection-rules.md` §5.4 (overlaps), §5.5 (codes).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry import shape

from .outline import square_metres
from .register import LEVELS, Level, Unit
from .register_faults import Fault

# Neighbours whose common line was rounded apart overlap in slivers of this size, not in fields.
OVERLAP_TOLERANCE_M2 = 1_000.0


class Row(NamedTuple):
    """One unit as it stands in a file; rows count from 1."""

    file: str
    row: int
    unit: Unit


def check_rows(rows: list[Row], allow_overlaps: bool) -> list[Fault]:
    """Return every fault that only shows between rows. Overlaps count as accepted with `allow_overlaps`."""
    overlap = "overlap_accepted" if allow_overlaps else "overlapping_outlines"
    return [*_duplicates(rows), *_orphans(rows), *_childless(rows),
            *_overlaps(rows, "county", overlap), *_overlaps(rows, "township", overlap)]


def _duplicates(rows: list[Row]) -> Iterator[Fault]:
    first: dict[tuple[str, str], int] = {}
    for file, row, unit in rows:
        if unit.code and first.setdefault((unit.level, unit.code), row) != row:
            yield Fault(file, row, "duplicate_code", {"code": unit.code, "first_row": first[unit.level, unit.code]})


def _orphans(rows: list[Row]) -> Iterator[Fault]:
    codes = {(unit.level, unit.code) for _, _, unit in rows}
    for file, row, unit in rows:
        if unit.level == "county":
            continue
        above, parent = LEVELS[LEVELS.index(unit.level) - 1], unit.parent_code or ""
        values = {"code": unit.code, "name": unit.name, "parent": parent}
        if (above, parent) not in codes:
            yield Fault(file, row, f"orphan_{unit.level}", values)
        elif not unit.code.startswith(parent):
            yield Fault(file, row, "code_prefix", values)


def _childless(rows: list[Row]) -> Iterator[Fault]:
    parents = {unit.parent_code for _, _, unit in rows}
    for file, row, unit in rows:
        if unit.level != "village" and unit.code not in parents:
            fault = "county_without_townships" if unit.level == "county" else "township_without_villages"
            yield Fault(file, row, fault, {"code": unit.code, "name": unit.name})


def _overlaps(rows: list[Row], level: Level, fault: str) -> Iterator[Fault]:
    drawn = [row for row in rows if row.unit.level == level and row.unit.outline]
    shapes = np.array([shape(row.unit.outline) for row in drawn], dtype=object)
    valid = shapely.is_valid(shapes)
    drawn = [row for row, good in zip(drawn, valid) if good]
    shapes = shapes[valid]
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = [(a, b) for a, b in zip(one.tolist(), other.tolist()) if a < b]
    for a, b in sorted(pairs):
        area = square_metres(shapely.intersection(shapes[a], shapes[b]))
        if area > OVERLAP_TOLERANCE_M2:
            yield Fault(drawn[b].file, drawn[b].row, fault, {
                "name": drawn[b].unit.name, "other": drawn[a].unit.name, "other_row": drawn[a].row,
                "area_m2": round(area)})
