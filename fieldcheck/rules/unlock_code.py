"""The code by which a phone without a network opens its task (解锁口令): read out by telephone once the time has come.

Nineteen random digits are 63 bits. Whoever holds the phone holds the sealed task too and can try codes at home, from the
draw until the reveal: each try costs 600,000 rounds of PBKDF2-HMAC-SHA256 (OWASP's figure), so that ten thousand of today's
graphics cards, at some 15,000 tries a second each, would need two thousand years for all of them. Sixteen digits would do for one
night too, but a code is read out once a day at most, and four more digits cost four seconds. The twentieth is a check digit
(H. M. Damm 2004), so that a wrong digit or two that were swapped are noticed before the slow part.
The phone's half is ``static/js/model/unlock_code.js``; both run ``tests/rules/unlock_code_cases.json``.
"""

from __future__ import annotations

import hashlib
import hmac

ITERATIONS = 600_000
DIGITS = 20
_RANDOM = 10 ** (DIGITS - 1)
_FAIR = 2**64 - 2**64 % _RANDOM
DAMM = ("0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
        "3674209581", "5869720134", "8945362017", "9438617205", "2581436790")
"""Damm's quasigroup of order ten: the row is what was read so far, the column the next digit."""


def code_of(secret: str) -> str:
    """The twenty digits of a draw, from its secret (64 hex digits)."""
    number, k = _FAIR, 0
    while number >= _FAIR:
        number = int.from_bytes(hmac.digest(bytes.fromhex(secret), f"fieldcheck-draw/1|code|{k}".encode(), "sha256")[:8], "big")
        k += 1
    digits = f"{number % _RANDOM:0{DIGITS - 1}}"
    return digits + _check(digits)


def is_code(digits: str) -> bool:
    """Whether twenty digits can be a code: their check digit is right."""
    return len(digits) == DIGITS and digits.isascii() and digits.isdigit() and _check(digits) == "0"


def spoken(code: str) -> str:
    """In groups of four, as it is read out."""
    return " ".join(code[at:at + 4] for at in range(0, len(code), 4))


def key_of(code: str, batch: str) -> bytes:
    """The key that opens the task of a draw."""
    return hashlib.pbkdf2_hmac("sha256", code.encode(), f"fieldcheck-task/1|{batch}".encode(), ITERATIONS)


def _check(digits: str) -> str:
    so_far = "0"
    for digit in digits:
        so_far = DAMM[int(so_far)][int(digit)]
    return so_far
