"""Return a visit (退回修改) with what to mend; it comes back on the phone. Source: ``docs/inspection-rules.md`` §4.5."""

from __future__ import annotations

from datetime import datetime
from typing import Sequence

from ..keys import Keys
from ..problems import Problem
from ..rules.review import FIXES, NOTE_LONGEST, RETURN_FROM
from ..store import desk_log, reviews
from ..store.database import Database, write
from ..times import written


def return_visit(db: Database, keys: Keys, visit: str, fix: Sequence[str], note: str, actor: str, now: datetime) -> None:
    """Put visit.returned on the log. ``fix``: codes of ``rules/review.py`` ``FIXES``; ``note``: about the form only.

    :raises Problem: ``not_permitted``, ``visit_unknown``, ``visit_decided``, ``review_fix_missing`` where nothing that
        can be mended is named (``other`` needs the note), ``review_note_long``.
    """
    note = note.strip()
    if not fix or not set(fix) <= set(FIXES) or ("other" in fix and not note):
        raise Problem("review_fix_missing")
    if len(note) > NOTE_LONGEST:
        raise Problem("review_note_long", longest=NOTE_LONGEST)
    with write(db):
        reviews.reviewable(db, visit, actor, RETURN_FROM)
        desk_log.append(db, keys, "visit.returned", {
            "visit": visit, "fix": [code for code in FIXES if code in fix], "note": note},
            actor=actor, at=written(now), visit=visit)
