"""Keep a visit or a photo whatever its time (不得删除), while a referral or an order stands; or let it go again."""

from __future__ import annotations

import re
from datetime import datetime

from ..keys import Keys
from ..problems import Problem
from ..rules.reasons import checked_reason
from ..store import desk_log, holds, photos, visits
from ..store.database import Database, write
from ..times import written

_PHOTO = re.compile(r"[0-9a-f]{64}")


def change_hold(db: Database, keys: Keys, subject: str, held: bool, reason: str, actor: str, now: datetime) -> None:
    """Put hold.set or hold.lifted on the log. ``subject``: a visit, or a photo by the hash of its sealed bytes.

    :raises Problem: ``visit_unknown``, ``photo_not_held``, ``hold_unknown``, ``reason_missing``, ``reason_too_long``.
    """
    said = checked_reason(reason)
    of = "photo" if _PHOTO.fullmatch(subject) else "visit"
    with write(db):
        if of == "visit" and visits.find(db, subject) is None:
            raise Problem("visit_unknown")
        if of == "photo" and photos.find(db, subject) is None:
            raise Problem("photo_not_held")
        if not held and holds.hold_on(db, subject) is None:
            raise Problem("hold_unknown")
        desk_log.append(db, keys, "hold.set" if held else "hold.lifted", {"of": of, "subject": subject, "reason": said},
                        actor=actor, at=written(now))
