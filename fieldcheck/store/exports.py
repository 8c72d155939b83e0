"""What an export (导出) is made of: the round as it stands, and of each visit its minutes and the first usable position."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from ..rules.evidence import fixes_of_visit
from ..rules.export_table import TOWNSHIP_COLUMNS, VISIT_COLUMNS, Table, township_rows, visit_rows
from ..rules.place import Fix, PlaceParams, unusable_because
from . import past, registers, rounds

WHAT = ("coverage", "visits")


def table(db: Database, what: str, round_id: str | None, at: str, made_by: str) -> tuple[Table, dict[str, Any]]:
    """The rows of ``WHAT`` and the coverage document that they were made from.

    :raises Problem: ``no_round``, ``round_unknown``.
    """
    opened = rounds.asked_for(db, round_id)
    picture = past.standing(db, opened["round"], at) or {}
    register = registers.about(db, opened["register"]) or {}
    about = {"what": what, "round": opened["round"], "round_name": opened["name"], "register": opened["register"],
             "edition": register["edition"], "datum": register["datum"], "made_at": at, "made_by": made_by}
    if what == "coverage":
        return Table(about, TOWNSHIP_COLUMNS, township_rows(picture)), picture
    minutes = {one["visit"]: one["evidence"]["minutes"] for one in past.summaries_standing(db, opened)}
    return Table(about, VISIT_COLUMNS, visit_rows(picture, minutes)), picture


def positions(db: Database, round_id: str) -> dict[str, dict[str, Any]]:
    """Of each visit of a round the first position that proves something.

    :raises Problem: ``round_unknown``.
    """
    opened = rounds.asked_for(db, round_id)
    limits, found = PlaceParams.of(opened["params"]), {}
    for doc in past.docs_standing(db, opened):
        fixes = (fix for fix in fixes_of_visit(doc) if unusable_because(Fix.of(fix, fix["at"]), limits) is None)
        first = next(fixes, None)
        if first is not None:
            found[doc["visit"]] = first
    return found
