"""Sign for a finding (签收): somebody of the county says that it was read."""

from __future__ import annotations

from datetime import datetime

from ..keys import Keys
from ..problems import Problem
from ..store import desk_log, findings, people
from ..store.database import Database, write
from ..times import written


def sign_for_finding(db: Database, keys: Keys, number: int, actor: str, now: datetime) -> None:
    """Put finding.signed_for on the log; signed for twice is no error and written once.

    ``number`` counts within the county of ``actor``, so nobody can name another county's.

    :raises Problem: ``finding_unknown``.
    """
    with write(db):
        account = people.account(db, actor)
        if account is None or account.county is None:
            raise Problem("finding_unknown")
        finding = findings.handed_over(db, account.county, number, written(now))
        if (findings.find(db, finding) or {})["signed_at"] is None:
            desk_log.append(db, keys, "finding.signed_for", {"finding": finding, "county": account.county},
                            actor=actor, at=written(now))
