"""Passwords as argon2id hashes. Parameters: OWASP Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane)."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 128

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# 64 request threads that each fill 19 MiB would be a way to exhaust the server's memory from the sign-in page.
_working = threading.BoundedSemaphore(4)
# What an unknown name's password is checked against, so that the answer takes as long as for a known one.
_NOBODY = _hasher.hash("nobody's password")


def weak(password: str, name: str) -> bool:
    """Whether the password is too short, too long, or made of the sign-in name. NIST SP 800-63B §5.1.1.2."""
    plain = password.casefold()
    return not SHORTEST <= len(password) <= LONGEST or plain in (name.casefold() * 8) or len(set(plain)) < 4


def hash_password(password: str) -> str:
    """A salted argon2id hash with its parameters inside."""
    with _working:
        return _hasher.hash(password)


def matches(hash: str | None, password: str) -> bool:
    """Whether ``password`` made ``hash``. ``None`` (nobody of that name) takes as long and is never true."""
    with _working:
        try:
            return _hasher.verify(hash or _NOBODY, password[: LONGEST + 1]) and hash is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(hash)
