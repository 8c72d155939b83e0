"""Codes that invite a phone: short enough to read out, without characters that look or sound alike."""

from __future__ import annotations

import hashlib

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters: no 0/O, no 1/I."""
CODE_LENGTH = 8


def invitation_hash(token: str) -> str:
    """What is kept of a token or typed code; case and separators of a typed code do not matter."""
    bare = "".join(c for c in token if c not in " -\u2013\u2014")
    if len(bare) == CODE_LENGTH:
        token = bare.upper()
    return hashlib.sha256(token.encode()).hexdigest()
