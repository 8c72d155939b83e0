"""Give up the draft of a round (草案作废)."""

from __future__ import annotations

from datetime import datetime

from ..keys import Keys
from ..problems import Problem
from ..store import desk_log, round_states
from ..store.database import Database, write
from ..times import written


def cancel_round(db: Database, keys: Keys, round_id: str, reason: str, actor: str, now: datetime) -> None:
    """Put round.cancelled on the log.

    :raises Problem: ``round_not_draft``, ``reason_missing``.
    """
    if not reason.strip():
        raise Problem("reason_missing")
    with write(db):
        if round_states.draft(db, round_id) is None:
            raise Problem("round_not_draft")
        desk_log.append(db, keys, "round.cancelled", {"round": round_id, "reason": reason.strip()}, actor=actor, at=written(now))
