"""Mark which of several phones' answers to one question counts (以哪个为准). Source: ``docs/inspection-rules.md`` §4.13."""

from __future__ import annotations

from datetime import datetime
from typing import Collection

from ..keys import Keys
from ..problems import Problem
from ..rules.review import CHOOSE_FROM
from ..store import desk_log, reviews
from ..store.database import Database, write
from ..times import written


def choose_answer(db: Database, keys: Keys, visit: str, subject: str, code: str, line: str, seen: Collection[str],
                  actor: str, now: datetime) -> None:
    """Put answer.chosen on the log; core, V44 and rates follow it from now on.

    :param subject: ``village`` or a household's id.
    :param line: hash of the line with the answer that counts.
    :param seen: hashes of the lines of all answers that the reviewer looked at.
    :raises Problem: ``not_permitted``, ``visit_unknown``, ``visit_decided``, ``answer_changed`` where others stand by now.
    """
    with write(db):
        doc = reviews.reviewable(db, visit, actor, CHOOSE_FROM)
        given = doc["answers"].get(subject, {}).get(code, {})
        if line not in seen or {one["line"] for one in given.values()} != set(seen):
            raise Problem("answer_changed")
        desk_log.append(db, keys, "answer.chosen", {
            "visit": visit, "subject": subject, "code": code, "line": line, "over": sorted({*seen} - {line})},
            actor=actor, at=written(now), visit=visit)
