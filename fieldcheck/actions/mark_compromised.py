"""Set or clear *compromised* (存疑) on a visit, with a reason the auditor sees. Source: ``docs/inspection-rules.md`` §4.5."""

from __future__ import annotations

from datetime import datetime

from ..keys import Keys
from ..problems import Problem
from ..rules.review import COMPROMISE_FROM, NOTE_LONGEST
from ..store import desk_log, reviews
from ..store.database import Database, write
from ..times import written


def mark_compromised(db: Database, keys: Keys, visit: str, compromised: bool, reason: str, actor: str,
                     now: datetime) -> None:
    """Put visit.compromised_set or visit.compromised_cleared on the log; the last one holds, above what the visit says.

    A clearing names the team's own doubts that are known by now; one that arrives later stands until it is looked at.

    :raises Problem: ``not_permitted``, ``visit_unknown``, ``visit_decided``, ``reason_missing``, ``review_note_long``.
    """
    reason = reason.strip()
    if not reason:
        raise Problem("reason_missing")
    if len(reason) > NOTE_LONGEST:
        raise Problem("review_note_long", longest=NOTE_LONGEST)
    with write(db):
        doc = reviews.reviewable(db, visit, actor, COMPROMISE_FROM)
        kind = "visit.compromised_set" if compromised else "visit.compromised_cleared"
        seen = {} if compromised else {"doubts": [one["line"] for one in doc["doubts"]]}
        desk_log.append(db, keys, kind, {"visit": visit, "reason": reason, **seen}, actor=actor, at=written(now),
                        visit=visit)
