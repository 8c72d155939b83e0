"""Moments as they are written everywhere: RFC 3339, UTC, milliseconds. Such texts sort as the moments do."""

from __future__ import annotations

from datetime import UTC, datetime


def written(moment: datetime) -> str:
    """``2026-11-23T01:02:03.456Z`` for an aware moment.

    :raises ValueError: the moment has no time zone, so nobody could say when it was.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The aware moment that ``written`` wrote.

    :raises ValueError: not such a text.
    """
    return datetime.fromisoformat(text).astimezone(UTC)
