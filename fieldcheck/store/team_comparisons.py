"""The visits by which the two teams are held against each other (两组对照): only of townships that both have sealed one of."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlite_utils import Database

from ..checklists import CURRENT, checklist, versions
from ..rules.coverage import LOOKED_AT
from ..rules.team_comparison import Comparison, compared
from . import registers, visits

_STATES = ", ".join("?" for _ in LOOKED_AT)


class Named(NamedTuple):
    """A comparison with the checklist of its round, and unit or village → its name."""

    comparison: Comparison
    checklist: Any
    names: dict[str, dict[str, Any]]


def both_were_in(db: Database, round_id: str, unit: str) -> bool:
    """Whether both teams have sealed a visit of the township."""
    return _both(db, round_id, unit) != []


def comparison_of(db: Database, opened: dict[str, Any], unit: str | None = None) -> Named:
    """What the teams found where both were, in a round or in one township of it."""
    docs = [visits.parsed(row[0]) for one in _both(db, opened["round"], unit) for row in db.execute(
        f"SELECT doc FROM visits WHERE round = ? AND unit = ? AND state IN ({_STATES})", [opened["round"], one, *LOOKED_AT])]
    questions = checklist(opened["checklist"] if opened["checklist"] in versions() else CURRENT)
    found = compared(docs, questions)
    units = {one.unit for one in found.townships} | {one.unit for one in found.villages} | {one.village for one in found.villages}
    return Named(found, questions, {one: _named(db, opened["register"], one) for one in sorted(units)})


def _both(db: Database, round_id: str, unit: str | None) -> list[str]:
    rows = db.execute(
        f"""SELECT unit FROM visits WHERE round = ? AND state IN ({_STATES}) AND unit IS NOT NULL AND (? IS NULL OR unit = ?)
            AND team IN ('A', 'B') GROUP BY unit HAVING count(DISTINCT team) = 2 ORDER BY unit""",
        [round_id, *LOOKED_AT, unit, unit])
    return [row[0] for row in rows.fetchall()]


def _named(db: Database, register: str, unit: str) -> dict[str, Any]:
    try:
        return registers.named(db, register, unit)
    except LookupError:
        return {"name": unit, "latin": None, "code": None}
