"""Ask for a redraw (重抽) or hand a township back (退回). Nothing happens until somebody else confirms it."""

from __future__ import annotations

from datetime import datetime
from typing import Mapping

from ..chance import SYSTEM, Dice, new_id
from ..keys import Keys
from ..problems import Problem
from ..store import desk_log, draws
from ..store.database import Database, write
from ..times import written

WHAT = ("redraw", "hand_back")
REASONS = ("recusal", "flood", "road", "weather", "safety", "vehicle")
"""回避、洪水、断路、天气、安全、车辆 (``docs/inspection-rules.md`` §2.5.4, §4.4)."""


def ask_redraw(db: Database, keys: Keys, batch: str, what: str, reason: str, public: Mapping[str, str], actor: str, now: datetime,
               dice: Dice = SYSTEM) -> str:
    """Put redraw.asked on the log; returns the request's id. ``public``: value and source for the new draw.

    :raises Problem: ``bad_request``, ``reason_missing``, ``draw_unknown``, ``draw_not_standing``, ``redraw_waiting``,
        ``draw_public_missing``.
    """
    if what not in WHAT:
        raise Problem("bad_request")
    if reason not in REASONS:
        raise Problem("reason_missing")
    if what == "redraw" and not all(public.values()):
        raise Problem("draw_public_missing", longest=200)
    with write(db):
        made = draws.draw_of(db, batch)
        if made is None:
            raise Problem("draw_unknown")
        if made["state"] != "made":
            raise Problem("draw_not_standing")
        if any(one["batch"] == batch and one["settled"] is None for one in draws.redraws_of(db, made["round"])):
            raise Problem("redraw_waiting")
        request = new_id(dice)
        desk_log.append(db, keys, "redraw.asked", {
            "request": request, "batch": batch, "what": what, "reason": reason,
            "public": dict(public) if what == "redraw" else None, "by": actor}, actor=actor, at=written(now))
    return request
