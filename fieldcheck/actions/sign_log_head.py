"""Sign the head of the log: one line for the dispatch, kept so that later ones can be shown to have grown out of it.

Source: ``docs/coverage-certificate.md`` §2.
"""

from __future__ import annotations

from datetime import datetime

from ..keys import Keys
from ..store import log_heads
from ..store.database import Database, write
from ..times import written


def sign_log_head(db: Database, keys: Keys, now: datetime) -> log_heads.Kept:
    """The head as it is now. Where the log has not grown since the last one, that one: it is not said twice."""
    with write(db):
        return log_heads.signed_now(db, keys, written(now))
