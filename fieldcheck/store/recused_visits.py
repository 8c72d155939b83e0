"""Recusals (回避) held against visits: what of the private list touches a visit is said on the log, and nothing else of it.

The list is sealed and changes, so no fold may depend on it. Where a confirmed inspector of a visit was recused for its
township at the moment when it was opened, the server says so in a desk act that names the visit and the account, without
the reason. The fold reads that line alone, and ``rebuild`` comes out the same whatever the list says by then.
"""

from __future__ import annotations

import json
from typing import Any, Iterable

from sqlite_utils import Database

from ..keys import Keys
from . import desk_log, recusals, rounds, visits


def hold(db: Database, keys: Keys, touched: Iterable[str], at: str, actor: str, unit: str | None = None) -> list[str]:
    """Put visit.recused on the log for each of these visits of which something else holds than was said; who is recused,
    in all of them. ``unit``: the township where a reviewer found a visit. Joins the caller's write transaction.

    Where nobody has a recusal this costs one look-up.
    """
    found: set[str] = set()
    for visit in _to_look_at(db, touched):
        doc = visits.find(db, visit)
        if doc is None:
            continue
        recused = _recused(db, keys, doc, unit or doc["counts_for"])
        found |= set(recused)
        if recused != doc["recused"]:
            desk_log.append(db, keys, "visit.recused", {"visit": visit, "inspectors": recused}, actor=actor, at=at, visit=visit)
    return sorted(found)


def _to_look_at(db: Database, touched: Iterable[str]) -> list[str]:
    rows = db.execute(
        """SELECT DISTINCT v.visit FROM visit_inspectors v JOIN recusals r ON r.account = v.inspector
           WHERE v.visit IN (SELECT value FROM json_each(?)) ORDER BY v.visit""", [json.dumps(sorted(touched))])
    return [row[0] for row in rows.fetchall()]


def _recused(db: Database, keys: Keys, doc: dict[str, Any], unit: str | None) -> list[str]:
    opened = rounds.round_of(db, doc["round"]) if doc["round"] else None
    if opened is None or unit is None or doc["opened_at"] is None:
        return []
    return [one["id"] for one in doc["inspectors"]
            if unit in recusals.townships(db, keys.draw, opened["register"], one["id"], doc["opened_at"])]
