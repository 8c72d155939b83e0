"""Hand a confirmed finding over to the county where it was found (交办). Until then the county has nothing of it."""

from __future__ import annotations

from datetime import datetime

from ..keys import Keys
from ..problems import Problem
from ..rules.hand_over import DISCLOSURES, embargo_until, may_be_handed_over
from ..store import desk_log, findings
from ..store.database import Database, write
from ..times import written


def hand_over_finding(db: Database, keys: Keys, finding: str, disclosure: str, urgent: bool, actor: str,
                      now: datetime) -> None:
    """Put finding.handed_over on the log. The county sees it once the day is over, an urgent one at once.

    :raises Problem: ``finding_unknown``, ``finding_state`` (not confirmed, or handed over already),
        ``finding_referred_only`` (never a county's), ``unit_unknown``, ``bad_request`` (no such disclosure).
    """
    if disclosure not in DISCLOSURES:
        raise Problem("bad_request")
    with write(db):
        note, doc = findings.noted(db, finding)
        if not may_be_handed_over(note.get("question")):
            raise Problem("finding_referred_only")
        decided = findings.find(db, finding)
        if decided is None or decided["handed_over_at"] is not None:
            raise Problem("finding_state")
        desk_log.append(db, keys, "finding.handed_over", {
            "finding": finding, "visit": doc["visit"], "county": findings.county_of(db, doc), "disclosure": disclosure,
            "urgent": urgent, "embargo_until": written(embargo_until(urgent, now))}, actor=actor, at=written(now))
