"""How a device proves itself on each call: a short-lived JWS by its transport key. ``docs/protocol.md`` §5."""

from __future__ import annotations

from typing import Any, Collection, Mapping

AUTH_TYPE = "fc-auth"
LIFETIME_MAX_S = 300
CLOCK_LEEWAY_S = 120


def auth_claims(device: str, origin: str, now_s: int, lifetime_s: int = LIFETIME_MAX_S) -> dict[str, Any]:
    """The claims a device signs; ``now_s`` is server time in seconds, as learned from ``/api/v1/time``."""
    return {"iss": device, "aud": origin, "iat": now_s, "exp": now_s + lifetime_s}


def claims_fault(claims: Mapping[str, Any], origins: Collection[str], now_s: int) -> str | None:
    """The code of what is wrong with verified claims, or ``None``.

    ``auth_foreign``: made for another server. ``auth_stale``: expired, from the future, or valid for too long.
    """
    issued, expires = claims.get("iat"), claims.get("exp")
    if claims.get("aud") not in origins:
        return "auth_foreign"
    if type(issued) is not int or type(expires) is not int:
        return "auth_stale"
    if not 0 < expires - issued <= LIFETIME_MAX_S or expires < now_s or issued > now_s + CLOCK_LEEWAY_S:
        return "auth_stale"
    return None
