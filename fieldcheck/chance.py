"""Where ids, salts and keys come from: the system's own randomness; for a demonstration, bytes that a seed gives."""

from __future__ import annotations

import secrets
import uuid
from typing import Callable

Dice = Callable[[int], bytes]
"""Makes that many bytes."""
SYSTEM: Dice = secrets.token_bytes


def new_id(dice: Dice = SYSTEM) -> str:
    """A random UUID (RFC 9562 §5.4)."""
    return str(uuid.UUID(bytes=dice(16), version=4))
