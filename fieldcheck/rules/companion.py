"""The companion's short code (同行人短码): proof that a second inspector was there, typed on the first one's phone.

Whoever holds a phone's pack can try codes: eight characters out of 32, a salt of 16 bytes and 600,000 rounds a guess
(OWASP Password Storage Cheat Sheet) put that out of reach. Codes made earlier are six digits under 100,000 rounds; they
hold until they are made anew. Source: ``docs/inspection-rules.md`` §5.3 (R2), ``docs/protocol.md`` §8.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from functools import lru_cache

from .invitations import CODE_ALPHABET, CODE_LENGTH

OLD_DIGITS = 6
ROUNDS = 600_000
OLD_ROUNDS = 100_000
KEY_BYTES = 32
SALT_BYTES = 16
KEYS_REMEMBERED = 1000
_CODE = re.compile(rf"[0-9]{{{OLD_DIGITS}}}|[{CODE_ALPHABET}]{{{CODE_LENGTH}}}")


def code_holds(code: str) -> bool:
    """Whether this is a code at all: eight letters and figures, or six digits as they were."""
    return _CODE.fullmatch(code) is not None


@lru_cache(maxsize=KEYS_REMEMBERED)
def companion_key(code: str, salt: str, rounds: int) -> str:
    """The key that a code makes, 64 hex digits: PBKDF2-HMAC-SHA256 (RFC 8018) with the salt's bytes (hex)."""
    return hashlib.pbkdf2_hmac("sha256", code.encode(), bytes.fromhex(salt), rounds, KEY_BYTES).hex()


def code_check(key: str) -> str:
    """What a phone may hold to see that a typed code is right, without being able to make a proof."""
    return hashlib.sha256(bytes.fromhex(key)).hexdigest()


def proof(key: str, visit: str, inspector: str) -> str:
    """The proof of one visit and one account, 64 hex digits; it is worth nothing for any other."""
    return hmac.new(bytes.fromhex(key), f"{visit}|{inspector}".encode(), "sha256").hexdigest()


def proof_holds(given: str, key: str, visit: str, inspector: str) -> bool:
    """Whether a proof was made with this key."""
    return hmac.compare_digest(given.encode(), proof(key, visit, inspector).encode())
