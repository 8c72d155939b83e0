"""What a visit is held against (``rules/alike.py``): other visits' pictures, spots, places and answers."""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from sqlite_utils import Database

from ..checklists import checklist, versions
from ..rules.alike import Beside, Listed, Sheet, listed_of, sheets_of_visit
from ..rules.coverage import LOOKED_AT
from . import household_spots, learned_places, likenesses, visits


def beside(db: Database, doc: Mapping[str, Any], params: Mapping[str, Any], sheets: Mapping[str, list[Sheet]]) -> Beside:
    """What is known beside this visit. Costs what it and its neighbours hold, never what the round holds.

    :param sheets: answers of other visits of the same inspectors (``sheets_of``).
    """
    return Beside(likenesses.pairs_of(db, doc["visit"]), household_spots.near(db, doc, params),
                  learned_places.place_beside(db, doc), sheets, _checklist(doc), _listed(db, doc))


def sheets_of(docs: Iterable[Mapping[str, Any]]) -> dict[str, list[Sheet]]:
    """Visit → the answers of its households, where its checklist ships with this program."""
    asked = [(doc, _checklist(doc)) for doc in docs]
    return {doc["visit"]: sheets_of_visit(doc, questions) for doc, questions in asked if questions is not None}


def _listed(db: Database, doc: Mapping[str, Any]) -> list[Listed]:
    if not doc["village"] or not listed_of(doc):
        return []
    marks = ", ".join("?" for _ in LOOKED_AT)
    rows = db.execute(f"""SELECT doc FROM visits WHERE round = ? AND unit = ? AND visit <> ? AND +state IN ({marks}) ORDER BY visit""",
                      [doc["round"], doc["counts_for"], doc["visit"], *LOOKED_AT]).fetchall()
    return [listed for other in map(visits.parsed, (row[0] for row in rows)) if other["village"] == doc["village"] for listed in listed_of(other)]


def _checklist(doc: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return checklist(doc["checklist"]) if doc["checklist"] in versions() else None
