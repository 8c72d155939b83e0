"""Hear what a phone says about itself: its last word, and the planned return that it may name, each kept for its time."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Mapping

from ..store import devices, planned_returns
from ..store.database import Database, write
from ..times import written


def hear_state(db: Database, device: str, said: Mapping[str, Any], now: datetime) -> None:
    """Keep the report of a phone (``sync.wire.PhoneState``). Nothing of it is logged.

    A planned return is kept apart from it, so that it can be forgotten the next day.
    """
    state = {name: value for name, value in said.items() if name != "planned_return"}
    with write(db):
        devices.put_state(db, device, state, written(now))
        # A locked phone cannot read what was said on it: it leaves this out, and what stands goes on standing.
        if "planned_return" in said:
            planned_returns.keep(db, device, said["planned_return"], now)
