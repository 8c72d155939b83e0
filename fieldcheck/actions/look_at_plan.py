"""Look at a draw (查看计划): its place, its record, or the code that is read out by telephone. Every look is logged first.

Before the reveal the place is for those who need to know it; whoever else tries is refused, and the auditor hears of it.
Source: ``docs/inspection-rules.md`` §2.5.6, §4.1.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..keys import Keys
from ..problems import Problem
from ..rules.evidence import beijing_day
from ..store import desk_log, draws, drawing, plan_views
from ..store.database import Database, write
from ..times import written


def look_at_place(db: Database, keys: Keys, batch: str, actor: str, role: str, now: datetime, what: str = "content") -> str:
    """Put plan.viewed on the log; returns the id of the township. ``what``: ``content`` or ``record``.

    :raises Problem: ``draw_unknown``; ``plan_not_needed`` before the reveal, for whoever is not on the list.
    """
    with write(db):
        made = _known(db, batch)
        listed = actor in plan_views.readers(db, made["round"])
        shown = made["revealed_at"] is not None or (listed and what == "content")
        _log(db, keys, made, actor, what, listed or _may_anyway(made, role, now), shown, now)
    if not shown:
        raise Problem("plan_not_needed")
    return made["unit"] or drawing.outcome(keys, made).unit


def read_code(db: Database, keys: Keys, batch: str, actor: str, role: str, now: datetime) -> str:
    """Put plan.viewed on the log; returns the code. Not before the reveal, whoever asks.

    :raises Problem: ``draw_unknown``, ``draw_not_standing``, ``plan_not_revealed``.
    """
    with write(db):
        made = _known(db, batch)
        if made["state"] != "made":
            raise Problem("draw_not_standing")
        shown = made["reveal_at"] <= written(now)
        listed = actor in plan_views.readers(db, made["round"])
        _log(db, keys, made, actor, "code", listed or _may_anyway(made, role, now), shown, now)
    if not shown:
        raise Problem("plan_not_revealed")
    return drawing.code(keys, made)


def _known(db: Database, batch: str) -> dict[str, Any]:
    made = draws.draw_of(db, batch)
    if made is None:
        raise Problem("draw_unknown")
    return made


def _may_anyway(made: dict[str, Any], role: str, now: datetime) -> bool:
    """Whether nothing is given away: the day is over, or an auditor looks after the reveal."""
    return made["day"] < beijing_day(now) or (role == "auditor" and made["revealed_at"] is not None)


def _log(db: Database, keys: Keys, made: dict[str, Any], actor: str, what: str, listed: bool, shown: bool, now: datetime) -> None:
    desk_log.append(db, keys, "plan.viewed", {"round": made["round"], "batch": made["batch"], "by": actor, "what": what,
                                              "listed": listed, "shown": shown}, actor=actor, at=written(now))
