"""Erase what is kept privately of one household (一户的私密记录): names and words go, a tombstone with date and reason stays."""

from __future__ import annotations

from datetime import datetime

from ..keys import Keys
from ..problems import Problem
from ..rules.retention import WHY_OF_PEOPLE
from ..store import desk_log, holds, private_records, retention
from ..store.database import Database, write
from ..times import written


def erase_household(db: Database, keys: Keys, visit: str, household: str, why: str, actor: str, now: datetime) -> int:
    """Erase every private record that the visit names for the household, corrections too; how many there were.

    The desk's line says which records and why (``rules/retention.py`` ``WHY_OF_PEOPLE``), never what they said.

    :raises Problem: ``household_unknown``; ``record_erased``: nothing of it is kept any more; ``hold_stands``; ``bad_request``.
    """
    if why not in WHY_OF_PEOPLE:
        raise Problem("bad_request")
    at = written(now)
    with write(db):
        named = [one.digest for one in retention.records_of_visit(db, visit) if one.household == household]
        if not named:
            raise Problem("household_unknown")
        if holds.hold_on(db, visit):
            raise Problem("hold_stands")
        kept = [digest for digest in named if (private_records.standing(db, digest) or {}).get("kept")]
        if not kept:
            raise Problem("record_erased")
        for digest in named:
            private_records.erase(db, digest, why, at)
        desk_log.append(db, keys, "records.erased", {
            "visit": visit, "why": why, "records": kept, "photos": [], "household": household}, actor=actor, at=at)
    return len(kept)
