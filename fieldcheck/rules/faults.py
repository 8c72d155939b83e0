"""What is odd about a message: flags, never a refusal. Source: ``docs/protocol.md`` §4 and §6."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from sync.kinds import DESK_KINDS, KINDS, WITHOUT_VISIT
from sync.message import DESK, LINE_MAX_BYTES, VERSION, parse_line

from .shapes import adapter

CLOCK_TOLERANCE = timedelta(minutes=10)
"""``docs/inspection-rules.md`` §4.13: a clock off by more keeps both times and is flagged."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

FLAGS = ("line_too_long", "version_unknown", "kind_unknown", "kind_not_theirs", "time_malformed", "clock_ahead",
         "visit_missing", "body_malformed")


def parse_time(value: Any) -> datetime | None:
    """An RFC 3339 UTC time with milliseconds, or ``None`` where the value is none."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def faults(line: str, received_at: str) -> list[str]:
    """The flags of one line, in the order of ``FLAGS``; ``received_at`` is the server's clock."""
    message = parse_line(line) or {}
    kind, device = message.get("kind"), message.get("device")
    kind = kind if isinstance(kind, str) else ""
    at, received = parse_time(message.get("at")), parse_time(received_at)
    found = {
        "line_too_long": len(line.encode()) > LINE_MAX_BYTES,
        "version_unknown": message.get("v") != VERSION,
        "kind_unknown": kind not in KINDS,
        "kind_not_theirs": kind in DESK_KINDS and device != DESK,
        "time_malformed": at is None,
        "clock_ahead": bool(at and received and at > received + CLOCK_TOLERANCE),
        "visit_missing": kind in KINDS and kind not in DESK_KINDS and kind not in WITHOUT_VISIT
        and not isinstance(message.get("visit"), str),
        "body_malformed": kind in KINDS and not body_holds(kind, message.get("body")),
    }
    return [flag for flag in FLAGS if found[flag]]


def body_holds(kind: str, body: Any) -> bool:
    """Whether a body is of its kind's shape; more members than known are fine (a newer app's)."""
    try:
        adapter(KINDS[kind]).validate_python(body)
    except ValidationError:
        return False
    return True

