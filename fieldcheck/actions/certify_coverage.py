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

    The head of the log is kept with it. Changes no fold: what it says stands on the log already.

    :raises Problem: ``round_unknown``.
    """
    with write(db):
        if rounds.round_of(db, round_id) is None:
            raise Problem("round_unknown")
        head = log_heads.signed_now(db, keys, written(now)).head
        claims = coverage_certificates.claims(db, round_id, head.size, written(now))
    protected, payload, signature = keys.sign(claims, COVERAGE_TYPE).split(".")
    return {"payload": payload, "protected": protected, "signature": signature, "header": {"jwk": keys.signing_jwk}}
