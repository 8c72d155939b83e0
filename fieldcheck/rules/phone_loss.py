"""What may be lost with a phone that was replaced or taken out of use. Source: ``docs/protocol.md`` §5.8.

A phone's last report says how far its chain went and how many photos it held. What of that is neither in the log nor in
quarantine was, at most, lost: a later import of a rescue file, or the phone itself, may still bring it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping


@dataclass(frozen=True)
class Loss:
    """At most so many records (lines) and photos, by the report of that moment."""

    lines: int
    photos: int
    at: str


def lost_at_most(state: Mapping[str, Any], at: str, reached: int, photos_missing: int) -> Loss | None:
    """The loss by the report ``state`` of the moment ``at``, or ``None`` where nothing is missing.

    :param reached: the last ``seq`` of its chain that the server holds, in the log or in quarantine.
    :param photos_missing: photos that arrived records announce and that have not arrived.
    """
    written, held = state.get("head"), max(0, state["unsent"]["photos"])
    if not isinstance(written, int):
        return None  # an app that does not say how far it had come
    lines = max(0, written - reached)
    photos = held if lines else min(held, photos_missing)
    return Loss(lines, photos, at) if lines or photos else None
