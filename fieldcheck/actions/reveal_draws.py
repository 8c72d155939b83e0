"""Reveal (揭示) the draws whose time has come, by the server's own clock."""

from __future__ import annotations

from datetime import datetime

from ..keys import Keys
from ..store import drawing, draws
from ..store.database import Database, write
from ..times import written

SERVER = "server"
"""Who acts where nobody did: the time had come."""


def reveal_draws(db: Database, keys: Keys, now: datetime) -> int:
    """Put draw.revealed on the log for each; how many. Costs one look-up where there is nothing to reveal."""
    if not draws.due(db, written(now)):
        return 0
    with write(db):
        return drawing.reveal_due(db, keys, written(now), SERVER)
