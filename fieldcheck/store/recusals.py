"""Where an inspector must not go (回避): home county, own unit's village, kin. Private, so sealed, and no fold of the log."""

from __future__ import annotations

import hmac
import json
from typing import Any, Mapping, Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlite_utils import Database

from . import registers

NONCE_BYTES = 12
WHY = ("home", "unit", "kin")
"""家乡、本单位驻村、近亲属 (``docs/inspection-rules.md`` §2.5.1)."""
LATER = "9999"
"""After every moment that a line can carry."""


def keep(db: Database, key: bytes, account: str, recusals: Sequence[Mapping[str, str]], nonce: bytes, at: str) -> None:
    """From ``at`` on these are all recusals of an account, each ``{code, why}``. Those that ended stay for visits of their time.
    Joins the caller's write transaction.

    :param key: the installation's key of draws, here and below.
    """
    known = _every(db, key, account)
    standing = {(one["code"], one["why"]) for one in known if "until" not in one}
    wanted = {(one["code"], one["why"]) for one in recusals}
    ended = [one if "until" in one or (one["code"], one["why"]) in wanted else {**one, "until": at} for one in known]
    begun = [{"code": code, "why": why, "since": at} for code, why in sorted(wanted - standing)]
    sealed = nonce + _box(key).encrypt(nonce, json.dumps([*ended, *begun]).encode(), account.encode())
    db.execute("INSERT OR REPLACE INTO recusals (account, sealed, kept_at) VALUES (?, ?, ?)", [account, sealed, at])


def of_account(db: Database, key: bytes, account: str) -> list[dict[str, Any]]:
    """The recusals of an account that stand, each with ``code`` and ``why``; ``code`` is of a county, township or village."""
    return [one for one in _every(db, key, account) if "until" not in one]


def townships(db: Database, key: bytes, register: str, account: str, at: str | None = None) -> list[str]:
    """The ids of the townships where an account must not go, or must not have gone at a moment: a county bars all of its
    townships, a village its own.

    A code names its unit whatever became of it: recoded, it is barred under its new code; merged or split, what holds its
    villages now is barred.
    """
    codes = [one["code"] for one in _every(db, key, account) if _stood(one, at)]
    return registers.townships_of_codes(db, register, codes) if codes else []


def _stood(recusal: Mapping[str, str], at: str | None) -> bool:
    if at is None:
        return "until" not in recusal
    # What was kept by an earlier version has no beginning: it holds for every visit.
    return recusal.get("since", "") <= at and not recusal.get("until", LATER) <= at


def _every(db: Database, key: bytes, account: str) -> list[dict[str, Any]]:
    row = db.execute("SELECT sealed FROM recusals WHERE account = ?", [account]).fetchone()
    if row is None:
        return []
    return json.loads(_box(key).decrypt(row[0][:NONCE_BYTES], row[0][NONCE_BYTES:], account.encode()))


def _box(key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, b"fieldcheck-draw/1|recusals", "sha256"))
