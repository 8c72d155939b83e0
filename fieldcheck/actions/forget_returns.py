"""Forget planned returns (计划返回) of days that are over."""

from __future__ import annotations

from ..store import planned_returns
from ..store.database import Database, write


def forget_returns(db: Database, at: str) -> int:
    """Delete what is to be forgotten by ``at``; how many there were."""
    with write(db):
        return planned_returns.forget(db, at)
