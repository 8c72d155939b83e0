"""The reason that an act of the command office must carry: said, and short enough for a line of the log."""

from __future__ import annotations

from ..problems import Problem

REASON_MAX = 500


def checked_reason(reason: str) -> str:
    """The reason without white space around it.

    :raises Problem: ``reason_missing``, ``reason_too_long``.
    """
    said = reason.strip()
    if not said:
        raise Problem("reason_missing")
    if len(said) > REASON_MAX:
        raise Problem("reason_too_long", limit=REASON_MAX)
    return said
