"""Close a round (轮次关闭): its coverage is reckoned once more and then stands for ever.

Source: ``docs/inspection-rules.md`` §4.2.
"""

from __future__ import annotations

from datetime import datetime

from ..keys import Keys
from ..problems import Problem
from ..rules.coverage_certificate import OPEN, claims_hash
from ..store import coverage_certificates, desk_log, log_heads, round_states, rounds
from ..store.database import Database, write
from ..times import written


def close_round(db: Database, keys: Keys, round_id: str, actor: str, now: datetime) -> None:
    """Put round.closed on the log, with the length of the log and the hash of what it came to.

    :raises Problem: ``round_unknown``, ``round_not_closing``, ``next_round_missing`` (常态化: one round follows another),
        ``round_gaps_open`` with ``n`` (townships that are neither covered nor signed off).
    """
    at = written(now)
    with write(db):
        rounds.closing(db, round_id)
        if not round_states.follows(db, round_id):
            raise Problem("next_round_missing")
        size = log_heads.signed_now(db, keys, at).head.size
        claims = coverage_certificates.claims(db, round_id, size, at)
        signed = {gap["unit"] for gap in claims["gaps"]}
        missing = [one for one in claims["townships"] if one["status"] in OPEN and one["unit"] not in signed]
        if missing:
            raise Problem("round_gaps_open", n=len(missing))
        desk_log.append(db, keys, "round.closed", {"round": round_id, "size": size, "claims": claims_hash(claims), "gaps": sorted(signed)},
                        actor=actor, at=at)
