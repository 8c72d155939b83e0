"""Private records: what must be correctable and erasable never stands in a message. ``docs/protocol.md`` §3.

A body names a record by the SHA-256 of the record's exact JSON string. The salt keeps a short text (a name, a
house number) from being guessed from its hash.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

SALT_BYTES = 16
FIELD_SUFFIX = "_private"
_HASH = re.compile(r"[0-9a-f]{64}")


def private_record(of: str, value: Any, salt: bytes) -> str:
    """The exact string of a record; ``of`` says what kind of text it is (respondent, reason, fact …).

    :raises ValueError: the salt is not ``SALT_BYTES`` long.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("a private record needs a salt of 16 bytes")
    return json.dumps({"salt": salt.hex(), "of": of, "value": value}, ensure_ascii=False, separators=(",", ":"))


def record_hash(record: str) -> str:
    """The name under which a body refers to the record."""
    return hashlib.sha256(record.encode()).hexdigest()


def references(body: Any) -> list[str]:
    """Every private reference in a body, at any depth, in order of appearance."""
    found: list[str] = []
    if isinstance(body, dict):
        for key, value in body.items():
            if key.endswith(FIELD_SUFFIX) and isinstance(value, str):
                # What is no hash names no record: the fold flags such a body, there is nothing to look for.
                found += [value] if _HASH.fullmatch(value) else []
            else:
                found.extend(references(value))
    elif isinstance(body, list):
        for item in body:
            found.extend(references(item))
    return found
