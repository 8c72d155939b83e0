"""One message: one exact UTF-8 JSON line of the log. Source: ``docs/protocol.md`` §1."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any, NotRequired, TypedDict

VERSION = 1
LINE_MAX_BYTES = 65_536
GENESIS = "0" * 64
LINES_REMEMBERED = 1024
DESK = "desk"
"""The device name under which the command office (指挥部办公室) acts."""


class Message(TypedDict):
    """A line, parsed. ``at`` is the writer's own clock: RFC 3339, UTC, milliseconds; ``mono`` is in ms."""

    v: int
    device: str
    actor: NotRequired[str]
    seq: int
    prev: str
    at: str
    session: str
    mono: int
    nonce: str
    kind: str
    visit: str | None
    body: dict[str, Any]


class LineTooLong(ValueError):
    """The line would exceed ``LINE_MAX_BYTES``; nothing was written."""


def encode_line(message: Message) -> str:
    """The exact line of a message, keys in the order of ``Message``, no white space, no line feed.

    :raises LineTooLong: checked before it is written, so an over-long text never enters a chain.
    """
    ordered = {key: message[key] for key in Message.__annotations__ if key in message}
    line = json.dumps(ordered, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if len(line.encode()) > LINE_MAX_BYTES:
        raise LineTooLong(f"{len(line.encode())} bytes, at most {LINE_MAX_BYTES}")
    return line


def line_hash(line: str) -> str:
    """SHA-256 of the line's UTF-8 bytes, 64 hex digits."""
    return hashlib.sha256(line.encode()).hexdigest()


@lru_cache(maxsize=LINES_REMEMBERED)
def parse_line(line: str) -> dict[str, Any] | None:
    """The JSON object that a line holds, or ``None`` where it holds none (no guess, no repair).

    Remembered for a while, because the chain, the flags and the folds each read the line: never change the answer.
    """
    try:
        value = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _refuse_constant(name: str) -> None:
    # Python reads NaN and Infinity, which are not JSON (RFC 8259 §6) and which no browser would write.
    raise ValueError(name)
