"""Nonces that the server hands out and later recognises without remembering them.

A message that carries one was written after it was given: the not-before end of the interval in which the
message's own clock must lie (``docs/inspection-rules.md`` §4.13).
"""

from __future__ import annotations

import hmac

TAG_DIGITS = 24


def make_nonce(secret: bytes, at_ms: int) -> str:
    """A nonce for this moment of the server's clock, in milliseconds since 1970 UTC."""
    return f"{at_ms}.{_tag(secret, str(at_ms))}"


def nonce_time(secret: bytes, nonce: str) -> int | None:
    """When a nonce was given (ms since 1970 UTC), or ``None`` if this server never gave it."""
    at, _, tag = nonce.partition(".")
    if not at.isascii() or not at.isdigit() or not hmac.compare_digest(tag.encode(), _tag(secret, at).encode()):
        return None
    return int(at)


def _tag(secret: bytes, at: str) -> str:
    return hmac.new(secret, b"fc-nonce:" + at.encode(), "sha256").hexdigest()[:TAG_DIGITS]
