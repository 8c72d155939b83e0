"""What the desk's pages ask about many visits (走访) at once, without opening each: order, number, when accepted."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from . import registers


def waiting(db: Database, round_id: str) -> list[str]:
    """The sealed visits of a round that nobody has decided on, the one that waits longest first, as ``reviews.queue``."""
    rows = db.execute(
        """SELECT visit FROM visits WHERE round = ? AND state = 'submitted'
           ORDER BY coalesce(doc ->> 'submitted_at', ''), visit""", [round_id])
    return [row[0] for row in rows.fetchall()]


def accepted(db: Database, round_id: str) -> dict[str, list[dict[str, Any]]]:
    """Unit → the summaries (``rules/coverage.py``) of its accepted visits, each with ``accepted_at``."""
    found: dict[str, list[dict[str, Any]]] = {}
    rows = db.execute(
        """SELECT v.unit, v.summary, (SELECT max(d.value ->> 'at') FROM json_each(v.doc, '$.decisions') d
           WHERE d.value ->> 'kind' = 'accepted') FROM visits v WHERE v.round = ? AND v.state = 'accepted'""", [round_id])
    for unit, summary, at in rows.fetchall():
        found.setdefault(unit, []).append({**json.loads(summary), "accepted_at": at})
    return found


def unit_or_none(db: Database, register: str, unit: str | None) -> dict[str, Any] | None:
    """A unit of a register, outlines parsed, where it has one of that id."""
    try:
        return registers.unit(db, register, unit) if unit else None
    except LookupError:
        return None
