"""What accepted visits teach of where villages are: a fold, one row a visit; the place is reckoned when it is asked for."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any, Iterable, Mapping

from sqlite_utils import Database

from ..rules.learned_place import Known, LearnedPlace, Lesson, Narrowing, centre_of_visit, learned, lesson_of, narrowed


def fold(db: Database, doc: Mapping[str, Any], params: Mapping[str, Any]) -> None:
    """What this visit teaches now, in place of what it taught before."""
    lesson = lesson_of(doc, params)
    db.execute("DELETE FROM village_lessons WHERE visit = ?", [doc["visit"]])
    if lesson is not None:
        db.execute("INSERT INTO village_lessons (visit, village, unit, team, lon, lat, error_m) VALUES (?, ?, ?, ?, ?, ?, ?)",
                   [doc["visit"], doc["village"], doc["unit"], doc["team"], *lesson[1:]])


def place_beside(db: Database, doc: Mapping[str, Any]) -> LearnedPlace | None:
    """What other visits taught of this visit's village."""
    rows = db.execute("SELECT visit, lon, lat, error_m FROM village_lessons WHERE unit = ? AND village = ? AND visit <> ?",
                      [doc["unit"], doc["village"], doc["visit"]])
    return learned(Lesson(*row) for row in rows.fetchall())


def known_in(db: Database, units: Iterable[str], but: str) -> list[Known]:
    """The learned villages of these townships, from all visits ``but`` one."""
    return [Known(village, unit, place) for (unit, village), place in _by_village(db, units, but, None)]


def of_team(db: Database, team: str | None, units: Iterable[str]) -> list[dict[str, Any]]:
    """The villages of these townships as visits of this team alone taught them: where the other team was is never said
    (交叉保密). Each: ``village``, ``lon``, ``lat``, ``error_m``, and ``visits``, their number.
    """
    if team is None:
        return []
    return [{"village": village, "lon": place.lon, "lat": place.lat, "error_m": place.error_m, "visits": len(place.visits)}
            for (_unit, village), place in _by_village(db, units, "", team)]


def narrowing(db: Database, doc: Mapping[str, Any], params: Mapping[str, Any]) -> Narrowing:
    """Which candidates of a visit's place a reviewer chooses from (``rules/learned_place.py``)."""
    units = [one["unit"] for one in doc["place"]["candidates"]]
    return narrowed(units, doc["counts_for"], centre_of_visit(doc, params), known_in(db, units, doc["visit"]))


def _by_village(db: Database, units: Iterable[str], but: str, team: str | None) -> list[tuple[tuple[str, str], LearnedPlace]]:
    rows = db.execute(
        """SELECT unit, village, visit, lon, lat, error_m FROM village_lessons WHERE unit IN (SELECT value FROM json_each(?))
           AND visit <> ? AND (? IS NULL OR team = ?) ORDER BY unit, village""", [json.dumps(sorted(units)), but, team, team])
    grouped = groupby(rows.fetchall(), key=lambda row: (row[0], row[1]))
    places = [(village, learned(Lesson(*row[2:]) for row in taught)) for village, taught in grouped]
    return [(village, place) for village, place in places if place is not None]
