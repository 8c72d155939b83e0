"""An order of the office to one phone (``fc-order``): destroy keys and drafts. Source: ``docs/protocol.md`` §4.4.

It names one device and has an id of its own, so it holds for nobody else and only once. What is sealed and has no receipt is
never touched by one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

ORDER_TYPE = "fc-order"
WIPE = "wipe"


def order_claims(device: str, order: str, at: str) -> dict[str, Any]:
    """What the server signs to have ``device`` destroy its keys and drafts; ``order`` is the hash of the line that decided it."""
    return {"order": order, "device": device, "act": WIPE, "at": at}


def obeys(claims: Mapping[str, Any], device: str, heard: Collection[str]) -> bool:
    """Whether ``device``, which has obeyed the orders ``heard``, must obey verified claims: its own, known, and for the first time."""
    order = claims.get("order")
    return isinstance(order, str) and claims.get("act") == WIPE and claims.get("device") == device and order not in heard
