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


def keep(db: Database, key: bytes, account: str, recusals: Sequence[Mapping[str, str]], nonce: bytes, at: str) -> None:
    """Keep all recusals of an account, each ``{code, why}``; the earlier ones are gone. Joins the caller's write transaction.

    :param key: the installation's key of draws, here and below.
    """
    sealed = nonce + _box(key).encrypt(nonce, json.dumps(list(recusals)).encode(), account.encode())
    db.execute("INSERT OR REPLACE INTO recusals (account, sealed, kept_at) VALUES (?, ?, ?)", [account, sealed, at])


def of_account(db: Database, key: bytes, account: str) -> list[dict[str, Any]]:
    """The recusals of an account, each ``{code, why}``; ``code`` is of a county, township or village."""
    row = db.execute("SELECT sealed FROM recusals WHERE account = ?", [account]).fetchone()
    if row is None:
        return []
    return json.loads(_box(key).decrypt(row[0][:NONCE_BYTES], row[0][NONCE_BYTES:], account.encode()))


def townships(db: Database, key: bytes, register: str, account: str) -> list[str]:
    """The ids of the townships where an account must not go: a county bars all of its townships, a village its own."""
    codes = [one["code"] for one in of_account(db, key, account)]
    return [township["unit"] for township in registers.townships(db, register)
            if any(township["code"].startswith(code) or code.startswith(township["code"]) for code in codes)] if codes else []


def _box(key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, b"fieldcheck-draw/1|recusals", "sha256"))
