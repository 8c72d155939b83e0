"""Where households were interviewed, by square: a fold, so that a visit finds its neighbours at any size of the round."""

from __future__ import annotations

from typing import Any, Mapping

from sqlite_utils import Database

from ..rules.alike import Spot, spots_of
from ..rules.coverage import LOOKED_AT


def fold(db: Database, doc: Mapping[str, Any], params: Mapping[str, Any]) -> None:
    """The spots of a visit that is looked at, in place of those that it had before."""
    db.execute("DELETE FROM household_spots WHERE visit = ?", [doc["visit"]])
    if doc["round"] and doc["state"] in LOOKED_AT:
        db.conn.executemany(
            """INSERT INTO household_spots (round, cell_x, cell_y, visit, household, number, lon, lat, acc)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""", [(doc["round"], *spot.cell, *spot) for spot in spots_of(doc, params)])


def near(db: Database, doc: Mapping[str, Any], params: Mapping[str, Any]) -> list[Spot]:
    """The spots of other visits of the round in the squares of this one's spots and those around them."""
    cells = {(x + dx, y + dy) for x, y in (spot.cell for spot in spots_of(doc, params)) for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
    found = []
    for cell in sorted(cells):
        rows = db.execute("""SELECT visit, household, number, lon, lat, acc FROM household_spots
                             WHERE round = ? AND cell_x = ? AND cell_y = ? AND visit <> ?""", [doc["round"], *cell, doc["visit"]])
        found += [Spot(*row) for row in rows.fetchall()]
    return found
