"""Confirm a finding (问题确认), with the words that may be handed over; the inspector's own stay as they are."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sync.private import SALT_BYTES, private_record, record_hash

from ..keys import Keys
from ..problems import Problem
from ..rules.hand_over import SEVERITIES, TEXT_MAX
from ..store import desk_log, findings
from ..store.database import Database, write
from ..times import written


@dataclass(frozen=True)
class Confirmation:
    """What the office holds of it: how serious, which category of article 9 if any, and what may be told."""

    severity: str
    a9: str | None
    summary: str


def confirm_finding(db: Database, keys: Keys, finding: str, confirmed: Confirmation, actor: str, now: datetime,
                    salt: bytes | None = None) -> None:
    """Put finding.confirmed on the log; the words travel beside it as a private record. ``salt``: of a demonstration.

    :raises Problem: ``finding_unknown``, ``finding_state`` (handed over already), ``finding_text_missing``,
        ``finding_text_long``, ``bad_request`` (no such severity).
    """
    summary = confirmed.summary.strip()
    if confirmed.severity not in SEVERITIES:
        raise Problem("bad_request")
    if not summary:
        raise Problem("finding_text_missing")
    if len(summary) > TEXT_MAX:
        raise Problem("finding_text_long", limit=TEXT_MAX)
    record = private_record("summary", summary, salt or secrets.token_bytes(SALT_BYTES))
    with write(db):
        _note, doc = findings.noted(db, finding)
        decided = findings.find(db, finding)
        if decided is not None and decided["handed_over_at"] is not None:
            raise Problem("finding_state")
        desk_log.append(db, keys, "finding.confirmed", {
            "finding": finding, "visit": doc["visit"], "severity": confirmed.severity, "a9": confirmed.a9,
            "summary_private": record_hash(record)}, actor=actor, at=written(now), private=[record])
