"""The second factor (二次验证): six digits of an app that change every half minute. RFC 6238 on HMAC-SHA-1.

SHA-1 because every authenticator app takes it; as a MAC it is sound. A code is taken once and one step late or early.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import timedelta

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from .invitations import CODE_ALPHABET

NEEDED_BY = ("supervisor", "auditor", "admin")
"""Roles that see what many gave: a stolen password alone must not open it."""
SECRET_BYTES = 20
STEP_S = 30
DIGITS = 6
STEPS_OFF = 1
"""Clocks of phones are off; RFC 6238 §5.2 recommends one step."""
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10
AWAITED = timedelta(minutes=10)
"""So long after the password the second factor is awaited."""
_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")


def totp(secret: bytes) -> TOTP:
    """The generator of this secret."""
    return TOTP(secret, DIGITS, SHA1(), STEP_S)


def matching_step(secret: bytes, code: str, now: int, last_step: int) -> int | None:
    """The step whose code this is, at ``now`` (seconds since 1970): one that is near and later than ``last_step``."""
    typed = tidy(code)
    if not _CODE.fullmatch(typed):
        return None
    steps = range(now // STEP_S - STEPS_OFF, now // STEP_S + STEPS_OFF + 1)
    found = [step for step in steps if hmac.compare_digest(totp(secret).generate(step * STEP_S), typed.encode())]
    return next((step for step in found if step > last_step), None)


def tidy(code: str) -> str:
    """What was typed without spaces and hyphens, in capitals."""
    return re.sub(r"[\s\-–—]", "", code).upper()


def recovery_hash(account: str, code: str) -> str:
    """What is kept of a recovery code: fifty random bits, so a plain hash bound to the account is enough."""
    return hashlib.sha256(f"{account}|{tidy(code)}".encode()).hexdigest()


def recovery_code(random: bytes) -> str:
    """A recovery code of ``RECOVERY_LENGTH`` random bytes, as people read it: two groups."""
    letters = "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in random)
    return f"{letters[:RECOVERY_LENGTH // 2]}-{letters[RECOVERY_LENGTH // 2:]}"
