"""The village that a visit drew (抽村), drawn again: for the reviewer, and for the auditor."""

from __future__ import annotations

from typing import Any, Mapping

from sqlite_utils import Database

from ..rules.village_draw import village_draw_holds, village_seed
from . import registers


def of_visit(db: Database, register: str | None, doc: Mapping[str, Any]) -> dict[str, Any] | None:
    """The visit's last draw with the names of both villages and whether it ``holds``; ``None`` where there is none."""
    if not doc["village_draws"] or register is None:
        return None
    last = doc["village_draws"][-1]
    names = {one["unit"]: one["name"] for one in registers.villages_of(db, register, doc["unit"])}
    row = db.execute("SELECT secret FROM draws WHERE assignment = ?", [doc["assignment"]]).fetchone()
    seed = village_seed(doc["assignment"] or "", row and row[0] or "")
    return {**last, "drawn_name": names.get(last["drawn"]), "taken_name": names.get(last["taken"]),
            "holds": village_draw_holds(last, seed, names)}
