"""The join code (加入码): eight characters by which a team-mate's own phone finds a visit without a network.

A visit's id and its code say the same thing. The id is a UUID version 7 (RFC 9562 §5.7): the minute it was opened in,
12 random bits, and 62 bits that a hash of round, assignment, minute and those bits decides. The code carries the minute,
the 12 bits and a check of 15 other bits of the hash. So whoever holds the same assignment reckons the id from the code,
a mistyped code fits no assignment, and without the assignment's id, which only its team's phones hold, a code is nothing.
Both phones run the cases of ``tests/rules/join_codes.json``. Source: ``docs/protocol.md`` §6.7.
"""

from __future__ import annotations

import hashlib
import re
import uuid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that looks like a digit."""
CODE_LENGTH = 8
NOISE_BITS = 12
MINUTE_BITS = 13
"""Minutes come round again after 5.7 days: phones' clocks may be 2.8 days apart."""
CHECK_BITS = 15
MINUTE_MS = 60_000
_LOOKALIKES = str.maketrans("ILO", "110")


def new_visit_id(round_id: str, assignment: str, now_ms: int, noise: int) -> str:
    """The id of a visit that others can join.

    :param now_ms: the opening phone's clock, milliseconds since 1970 UTC.
    :param noise: ``NOISE_BITS`` random bits.
    """
    return _visit_id(round_id, assignment, now_ms // MINUTE_MS, noise)


def join_code(round_id: str, assignment: str, visit: str) -> str | None:
    """The code of a visit, eight characters; ``None`` where its id was not made by ``new_visit_id`` for this assignment."""
    try:
        bits = uuid.UUID(visit).int
    except ValueError:
        return None
    minute, noise = (bits >> 80) // MINUTE_MS, bits >> 64 & (1 << NOISE_BITS) - 1
    if _visit_id(round_id, assignment, minute, noise) != visit:
        return None
    packed = minute % (1 << MINUTE_BITS) << NOISE_BITS | noise
    packed = packed << CHECK_BITS | _check(_digest(round_id, assignment, minute, noise))
    return "".join(ALPHABET[packed >> 5 * place & 31] for place in reversed(range(CODE_LENGTH)))


def visit_of_code(code: str, round_id: str, assignment: str, now_ms: int) -> str | None:
    """The visit that a typed code means, or ``None`` where it is not one of this assignment.

    :param now_ms: the joining phone's clock; the minute nearest to it is meant.
    """
    typed = re.sub(r"[\s-]", "", code).upper().translate(_LOOKALIKES)
    if len(typed) != CODE_LENGTH or any(one not in ALPHABET for one in typed):
        return None
    packed = 0
    for one in typed:
        packed = packed << 5 | ALPHABET.index(one)
    noise = packed >> CHECK_BITS & (1 << NOISE_BITS) - 1
    now, cycle = now_ms // MINUTE_MS, 1 << MINUTE_BITS
    minute = now + ((packed >> CHECK_BITS + NOISE_BITS) - now + cycle // 2) % cycle - cycle // 2
    if _check(_digest(round_id, assignment, minute, noise)) != packed & (1 << CHECK_BITS) - 1:
        return None
    return _visit_id(round_id, assignment, minute, noise)


def _visit_id(round_id: str, assignment: str, minute: int, noise: int) -> str:
    tail = int.from_bytes(_digest(round_id, assignment, minute, noise)[:8], "big") & (1 << 62) - 1
    return str(uuid.UUID(int=minute * MINUTE_MS << 80 | (0x7000 | noise) << 64 | 0b10 << 62 | tail))


def _check(digest: bytes) -> int:
    return int.from_bytes(digest[8:10], "big") & (1 << CHECK_BITS) - 1


def _digest(round_id: str, assignment: str, minute: int, noise: int) -> bytes:
    return hashlib.sha256(f"fieldcheck-visit|{round_id}|{assignment}|{minute}|{noise}".encode()).digest()
