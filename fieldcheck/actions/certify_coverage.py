"""Certify a round's coverage (覆盖凭证): signed claims, with the head of the log that they were reckoned from.

Source: ``docs/coverage-certificate.md``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..keys import Keys
from ..problems import Problem
from ..rules.coverage_certificate import COVERAGE_TYPE
from ..store import coverage_certificates, log_heads, rounds
from ..store.database import Database, write
from ..times import written


def certify_coverage(db: Database, keys: Keys, round_id: str, now: datetime) -> dict[str, Any]:
    """The certificate as JWS in its flattened JSON form (RFC 7515 §7.2.2); its header carries the public key.

    The head of the log is kept with it. Changes no fold: what it says stands on the log already. Of a closed round it says
    the same whenever it is asked for.

    :raises Problem: ``round_unknown``.
    """
    with write(db):
        opened = rounds.round_of(db, round_id)
        if opened is None:
            raise Problem("round_unknown")
        size, at = log_heads.signed_now(db, keys, written(now)).head.size, written(now)
        if opened["closed_at"] is not None:
            # Its own line is the first entry after those from which it was reckoned for the last time.
            size, at = opened["closed_size"] + 1, opened["closed_at"]
        claims = coverage_certificates.claims(db, round_id, size, at)
    protected, payload, signature = keys.sign(claims, COVERAGE_TYPE).split(".")
    return {"payload": payload, "protected": protected, "signature": signature, "header": {"jwk": keys.signing_jwk}}
