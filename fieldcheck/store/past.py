"""A round as it stood at an earlier length of the log: nothing is kept for it, for the log itself says it again.

Costs what the round's visits hold, so it is for explaining and certifying, never for a page that polls.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Iterable

from sqlite_utils import Database

from ..rules import coverage as coverage_rules
from ..rules.visit import Line
from . import log, registers, rounds, visits


def visits_at(db: Database, round_id: str, size: int, unit: str | None = None) -> dict[str, visits.Judged]:
    """The visits of a round by what the log's first ``size`` entries say of them, in the order of their ids.

    :param unit: only those that then claimed this township.
    """
    found = {}
    for (visit,) in db.execute("SELECT visit FROM visits WHERE round = ? ORDER BY visit", [round_id]).fetchall():
        lines = [Line(*line) for line in log.messages_of_visit(db, visit, size)]
        judged = visits.judged(db, visit, lines) if lines else None
        if judged and judged.doc["round"] == round_id and unit in (None, judged.doc["counts_for"]):
            found[visit] = judged
    return found


def townships_at(db: Database, round_id: str, judged: Iterable[visits.Judged], day: date) -> list[dict[str, Any]]:
    """Every township-level unit of the round by these visits of it: the register's, with ``status``, ``flags``, ``reasons``
    and its ``visits`` (``coverage.visits_of``).

    :param day: in Beijing, for what is stale.
    :raises LookupError: no such round.
    """
    opened = rounds.round_of(db, round_id)
    if opened is None:
        raise LookupError(round_id)
    claimed: dict[str, list[dict[str, Any]]] = {}
    for one in judged:
        claimed.setdefault(one.doc["counts_for"], []).append(one.summary)
    units = rounds.units(db, round_id)
    found = []
    for township in registers.townships(db, opened["register"]):
        if township["unit"] in units:
            of_it = sorted(claimed.get(township["unit"], []), key=lambda one: (one["opened_at"], one["visit"]))
            status = coverage_rules.coverage_of_unit(units[township["unit"]], of_it, opened["params"], day)
            found.append({**township, "visits": of_it, **status})
    return found
