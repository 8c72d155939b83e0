"""When somebody may try to sign in again. OWASP Authentication Cheat Sheet, "Account Lockout"."""

from __future__ import annotations

FREE_TRIES = 5
FIRST_WAIT_S = 30
LONGEST_WAIT_S = 3600
#: A quiet day forgets wrong tries.
FORGET_AFTER_S = 24 * 3600


def wait_seconds(failures: int) -> int:
    """Seconds from the last wrong try until the next one is listened to; 0 while tries are free.

    Doubles with each further wrong try: guessing soon becomes hopeless, a forgetful person waits half a minute.
    """
    if failures < FREE_TRIES:
        return 0
    return min(FIRST_WAIT_S * 2 ** min(failures - FREE_TRIES, 10), LONGEST_WAIT_S)
