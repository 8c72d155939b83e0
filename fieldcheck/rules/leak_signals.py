"""Signs that a visit was expected (泄密迹象), for the auditor to look at. They never reject anything by themselves.

Source: ``docs/inspection-rules.md`` §0.3, §2.5. A figure alone proves nothing: a road can be slow, a cadre can live next door.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Iterable, Mapping

from ..times import moment

LATE_ARRIVAL = timedelta(hours=4)
"""From the reveal to the visit's beginning: time enough for a telephone call."""
SOON = timedelta(minutes=30)
"""A cadre who turns up so soon was not sent for by chance."""
SIGNALS = ("seen_before", "arrived_late", "cadre_soon", "said_leak", "said_coached", "said_paperwork", "doubted")


def signals_of(visit: Mapping[str, Any], reveal_at: str | None, looks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The figures of one visit and the names of its signals, in the order of ``SIGNALS``.

    :param visit: ``opened_at``, ``cadre_arrived_at``, ``V44`` (codes), ``doubted``; ``looks``: at its draw, each with ``at`` and
        ``what`` (``store/plan_views.py``).
    :returns: ``arrival_minutes`` from reveal to beginning and ``cadre_minutes`` from beginning to the first cadre (whole minutes
        or ``None``), ``signals``.
    """
    opened = visit["opened_at"] and moment(visit["opened_at"])
    revealed, cadre = reveal_at and moment(reveal_at), visit["cadre_arrived_at"] and moment(visit["cadre_arrived_at"])
    before = [one for one in looks if reveal_at and one["at"] < reveal_at and one["shown"]]
    found = {
        "seen_before": bool(before), "arrived_late": bool(opened and revealed and opened - revealed > LATE_ARRIVAL),
        "cadre_soon": bool(opened and cadre and cadre - opened < SOON), "doubted": visit["doubted"],
        **{f"said_{code}": code in visit["V44"] for code in ("leak", "coached", "paperwork")}}
    return {"arrival_minutes": _minutes(revealed, opened), "cadre_minutes": _minutes(opened, cadre),
            "signals": [name for name in SIGNALS if found[name]]}


def _minutes(start: Any, end: Any) -> int | None:
    return int((end - start).total_seconds() // 60) if start and end else None
