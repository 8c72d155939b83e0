"""Begin to close a round (收尾): no new task any more; reviews finish and gaps are signed off."""

from __future__ import annotations

from datetime import datetime

from ..keys import Keys
from ..problems import Problem
from ..store import desk_log, rounds
from ..store.database import Database, write
from ..times import written


def begin_closing(db: Database, keys: Keys, round_id: str, actor: str, now: datetime) -> None:
    """Put round.closing on the log.

    :raises Problem: ``round_unknown``, ``round_not_active``.
    """
    with write(db):
        rounds.active(db, round_id)
        desk_log.append(db, keys, "round.closing", {"round": round_id}, actor=actor, at=written(now))
