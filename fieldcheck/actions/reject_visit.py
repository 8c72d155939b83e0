"""Reject a visit (审核不通过): final, it never counts. Source: ``docs/inspection-rules.md`` §4.5."""

from __future__ import annotations

from datetime import datetime

from ..keys import Keys
from ..problems import Problem
from ..rules.review import NOTE_LONGEST, REJECT_FROM, REJECT_REASONS
from ..store import desk_log, reviews
from ..store.database import Database, write
from ..times import written


def reject_visit(db: Database, keys: Keys, visit: str, reason: str, note: str, actor: str, now: datetime) -> None:
    """Put visit.rejected on the log. ``reason``: one of ``rules/review.py`` ``REJECT_REASONS``; ``other`` needs a note.

    An accepted visit can still be rejected, when it turns out to be made up.

    :raises Problem: ``not_permitted``, ``visit_unknown``, ``visit_decided``, ``reason_missing``, ``review_note_long``.
    """
    note = note.strip()
    if reason not in REJECT_REASONS or (reason == "other" and not note):
        raise Problem("reason_missing")
    if len(note) > NOTE_LONGEST:
        raise Problem("review_note_long", longest=NOTE_LONGEST)
    with write(db):
        reviews.reviewable(db, visit, actor, REJECT_FROM)
        desk_log.append(db, keys, "visit.rejected", {"visit": visit, "reason": reason, "note": note},
                        actor=actor, at=written(now), visit=visit)
