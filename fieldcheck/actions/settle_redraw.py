"""Confirm or refuse a redraw or a hand-back (复核): always by a second person, signed in with an account of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..chance import SYSTEM, Dice
from ..keys import Keys
from ..problems import Problem
from ..store import desk_log, drawing, draws
from ..store.database import Database, write
from ..times import written


def settle_redraw(db: Database, keys: Keys, request: str, confirmed: bool, actor: str, now: datetime,
                  dice: Dice = SYSTEM) -> dict[str, Any] | None:
    """Put redraw.confirmed or redraw.refused on the log, and the new draw after it, whose body is returned.

    The new draw is for the same day. The same people go, unless one of them was to be recused: then people are drawn too.

    :raises Problem: ``redraw_unknown``, ``redraw_settled``, ``second_person``, or those of the new draw.
    """
    with write(db):
        asked = draws.redraw_of(db, request)
        if asked is None:
            raise Problem("redraw_unknown")
        if asked["settled"] is not None:
            raise Problem("redraw_settled")
        if asked["asked_by"] == actor:
            raise Problem("second_person")
        desk_log.append(db, keys, "redraw.confirmed" if confirmed else "redraw.refused", {"request": request, "by": actor},
                        actor=actor, at=written(now))
        if not confirmed or asked["what"] != "redraw":
            return None
        made = drawing.make_draw(db, keys, _again(db, keys, asked, written(now)), actor, written(now), dice)
        drawing.reveal_due(db, keys, written(now), actor)
        return made


def _again(db: Database, keys: Keys, asked: dict[str, Any], now: str) -> drawing.Ask:
    first = draws.draw_of(db, asked["batch"])
    inputs = drawing.inputs_of(keys, first)  # type: ignore[arg-type]
    anew = asked["reason"] == "recusal"
    return drawing.Ask(
        round=first["round"], team=first["team"], day=first["day"], reveal_at=max(first["reveal_at"], now),  # type: ignore[index]
        people=inputs["people"]["from"] if anew else first["members"],  # type: ignore[index]
        take=inputs["people"]["take"], public=asked["public"],
        far=[unit for unit, why in inputs["excluded"].items() if why == "far"], instead_of=asked["batch"])
