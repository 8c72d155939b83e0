"""How often something may be tried from one place: counted tries in a stretch of time. OWASP ASVS 5.0 §2.4.1, §6.3.1.

``lockout.py`` makes one name at one address wait; these limits hold against many names from one address, many addresses at
one name, guessed invitations, and a phone that asks without end.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Limit:
    """At most ``tries`` in each stretch ``within``; the first beyond it waits until the stretch is over."""

    tries: int
    within: timedelta


LIMITS = {
    # wrong passwords and second factors from one address, whatever the names
    "sign_in_address": Limit(60, timedelta(minutes=15)),
    # wrong passwords for one name from anywhere: an hour's pause, which the account's holder sees on the own page
    "sign_in_name": Limit(100, timedelta(hours=1)),
    # invitations that do not exist, from one address
    "enrol_address": Limit(30, timedelta(minutes=15)),
}
WHO_REMEMBERED = 20_000
"""So many counters of a kind are kept at most; the oldest go first."""
PHONE_CALLS = 3000
"""Of one phone in a minute: ten times what the busiest sync makes; a loop gone wrong stops here."""


def place(address: str) -> str:
    """Who is counted as one: an IPv4 address; of IPv6 the /64 that one customer holds. What is no address, as it is."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 6 and parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
