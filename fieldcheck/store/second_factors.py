"""Second factors (二次验证): the secret that an app on the own phone holds too, and recovery codes. No fold.

The secret is sealed (AES-256-GCM) under a key derived from the session key, which lies outside the database and is not
changed with the one of the private records; the account is bound in. Recovery codes stand as hashes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlite_utils import Database

from ..problems import Problem
from ..rules.second_factor import matching_step, recovery_hash
from ..times import written
from .database import write

NONCE_BYTES = 12


@dataclass(frozen=True)
class SecondFactor:
    """``confirmed_at``: when the first code was right; before that it protects nothing. ``last_step``: of the last code
    that was taken, so that none is taken twice.
    """

    secret: bytes
    confirmed_at: str | None
    last_step: int


def _box(session_key: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, b"fieldcheck second factors").derive(session_key))


def put(db: Database, session_key: bytes, account: str, secret: bytes, at: str) -> None:
    """Keep a secret that nobody has confirmed yet; one that stood there is replaced."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + _box(session_key).encrypt(nonce, secret, account.encode())
    with write(db):
        db.execute("INSERT OR REPLACE INTO second_factors (account, sealed, made_at) VALUES (?, ?, ?)", [account, sealed, at])


def find(db: Database, session_key: bytes, account: str) -> SecondFactor | None:
    """The account's second factor. One that nobody confirmed and that does not open is as good as none: it is made anew.

    :raises Problem: ``second_factor_unreadable``: it was sealed under another key, or for another account.
    """
    row = db.execute("SELECT sealed, confirmed_at, last_step FROM second_factors WHERE account = ?", [account]).fetchone()
    if row is None:
        return None
    sealed, confirmed_at, last_step = row
    try:
        secret = _box(session_key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], account.encode())
    except InvalidTag:
        if confirmed_at is None:
            return None
        raise Problem("second_factor_unreadable") from None
    return SecondFactor(secret, confirmed_at, last_step)


def confirm(db: Database, account: str, at: str, hashes: list[str]) -> None:
    """The first code was right: it protects from now on, and these recovery codes are the only ones."""
    with write(db):
        db.execute("UPDATE second_factors SET confirmed_at = ? WHERE account = ?", [at, account])
        db.execute("DELETE FROM recovery_codes WHERE account = ?", [account])
        db.conn.executemany("INSERT INTO recovery_codes (account, hash) VALUES (?, ?)", [(account, one) for one in hashes])


def take(db: Database, account: str, held: SecondFactor, code: str, now: datetime) -> Literal["code", "recovery_code"] | None:
    """Take what was typed, once: six digits of about now, or a recovery code where the second factor protects already."""
    with write(db):
        step = matching_step(held.secret, code, int(now.timestamp()), held.last_step)
        if step is not None and use_step(db, account, step):
            return "code"
        if held.confirmed_at is not None and use_recovery_code(db, account, recovery_hash(account, code), written(now)):
            return "recovery_code"
    return None


def use_step(db: Database, account: str, step: int) -> bool:
    """Take the code of this step; false where it or a later one was taken before."""
    with write(db):
        return db.execute("UPDATE second_factors SET last_step = ? WHERE account = ? AND last_step < ?",
                          [step, account, step]).rowcount == 1


def use_recovery_code(db: Database, account: str, hash: str, at: str) -> bool:
    """Take this recovery code; false where it is none or was used."""
    with write(db):
        return db.execute("UPDATE recovery_codes SET used_at = ? WHERE account = ? AND hash = ? AND used_at IS NULL",
                          [at, account, hash]).rowcount == 1


def codes_left(db: Database, account: str) -> int:
    """How many recovery codes are unused."""
    return int(db.execute("SELECT count(*) FROM recovery_codes WHERE account = ? AND used_at IS NULL", [account]).fetchone()[0])


def confirmed(db: Database) -> set[str]:
    """The accounts that a second factor protects."""
    return {row[0] for row in db.execute("SELECT account FROM second_factors WHERE confirmed_at IS NOT NULL")}


def forget(db: Database, account: str) -> None:
    """Take the second factor away, and its recovery codes."""
    with write(db):
        db.execute("DELETE FROM recovery_codes WHERE account = ?", [account])
        db.execute("DELETE FROM second_factors WHERE account = ?", [account])
