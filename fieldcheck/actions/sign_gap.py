"""Sign off a gap (缺口签字): a township in scope that the round leaves uncovered, with the reason and who answers for it."""

from __future__ import annotations

from datetime import datetime

from ..keys import Keys
from ..problems import Problem
from ..rules.coverage_certificate import COVERED
from ..store import coverage_rows, desk_log, rounds
from ..store.database import Database, write
from ..times import written

REASON_MOST = 500
SIGNER_MOST = 80


def sign_gap(db: Database, keys: Keys, round_id: str, unit: str, words: tuple[str, str], actor: str, now: datetime) -> None:
    """Put gap.signed on the log; ``words``: the reason, and the signer's post.

    :raises Problem: ``round_unknown``, ``round_not_closing``, ``unit_unknown`` (not in the round's scope), ``gap_covered``,
        ``reason_missing``.
    """
    reason, signer = (word.strip() for word in words)
    if not 0 < len(reason) <= REASON_MOST or not 0 < len(signer) <= SIGNER_MOST:
        raise Problem("reason_missing")
    with write(db):
        rounds.closing(db, round_id)
        if rounds.units(db, round_id).get(unit, "unknown") is not None:
            raise Problem("unit_unknown")
        if coverage_rows.status_of(db, round_id, unit) in COVERED:
            raise Problem("gap_covered")
        desk_log.append(db, keys, "gap.signed", {"round": round_id, "unit": unit, "reason": reason, "signer": signer},
                        actor=actor, at=written(now))
