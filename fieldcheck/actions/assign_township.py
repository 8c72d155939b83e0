"""Give a team a township (任务). The draw (抽签) will do this; phones see it from ``reveal_at`` on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Sequence

from ..chance import SYSTEM, Dice, new_id
from ..keys import Keys
from ..problems import Problem
from ..store import desk_log, rounds
from ..store.database import Database, write
from ..times import written


@dataclass(frozen=True)
class Task:
    """One township for one team; ``members`` are account ids, ``unit`` and ``village`` internal ids."""

    round: str
    team: str
    unit: str
    village: str | None
    members: Sequence[str]
    reveal_at: datetime


def assign_township(db: Database, keys: Keys, task: Task, actor: str, now: datetime,
                    dice: Dice = SYSTEM) -> str:
    """Put assignment.made on the log; returns the assignment's id.

    :raises Problem: ``round_unknown``, ``round_not_active``, or ``unit_unknown`` where the township is not in the round's scope.
    """
    with write(db):
        rounds.active(db, task.round)
        units = rounds.units(db, task.round)
        if task.unit not in units or units[task.unit] is not None:
            raise Problem("unit_unknown")
        identity = new_id(dice)
        desk_log.append(db, keys, "assignment.made", {
            "assignment": identity, "round": task.round, "team": task.team, "unit": task.unit, "village": task.village,
            "members": list(task.members), "reveal_at": written(task.reveal_at)}, actor=actor, at=written(now))
    return identity
