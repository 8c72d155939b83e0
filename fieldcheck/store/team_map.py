"""What a phone's map (手机地图) may show of the round: the townships around its tasks, and those that its own team has done.

Nothing of the other team's work is in it, in no status either (交叉保密), and nothing of a task before its reveal.
"""

from __future__ import annotations

import json
from typing import Any, Iterable

from sqlite_utils import Database

from ..rules.coverage import coverage_of_unit
from . import registers, rounds

NAMES = ("unit", "name", "latin", "county_name", "boundary_error_m")


def townships(db: Database, opened: dict[str, Any], team: str | None, tasks: Iterable[str]) -> list[dict[str, Any]]:
    """The revealed ``tasks``' units, those beside them, and those that the team has visited, by code.

    ``status`` is reckoned from this team's visits alone, so it never says ``covered_both``. The outline of a task's own unit
    is ``None``: the assignment holds it.
    """
    register, own = opened["register"], set(tasks)
    statuses = _statuses(db, opened, team)
    areas = registers.areas(db, register)
    beside = {unit for task in own for unit in areas.beside(task)}
    done = {unit for unit, status in statuses.items() if status not in ("unvisited", "excluded")}
    reasons = rounds.units(db, opened["round"])
    shown = []
    for unit in own | beside | done:
        township = registers.township(db, register, unit)
        status = "excluded" if reasons.get(unit) else statuses.get(unit, "unvisited")
        outline = None if unit in own else township["outline_simple"]
        shown.append((township["code"], {**{name: township[name] for name in NAMES}, "status": status, "outline": outline}))
    return [township for _code, township in sorted(shown, key=lambda pair: pair[0])]


def _statuses(db: Database, opened: dict[str, Any], team: str | None) -> dict[str, str]:
    visits: dict[str, list[dict[str, Any]]] = {}
    rows = db.execute("SELECT unit, summary FROM visits WHERE round = ? AND team IS ? AND unit IS NOT NULL ORDER BY opened_at, visit",
                      [opened["round"], team])
    for unit, summary in rows.fetchall():
        visits.setdefault(unit, []).append(json.loads(summary))
    units = rounds.units(db, opened["round"])
    return {unit: coverage_of_unit(units.get(unit), own, opened["params"], None)["status"]
            for unit, own in visits.items() if unit in units}
