"""One message: one exact UTF-8 JSON line of the log. Source: ``docs/protocol.md`` §1."""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from typing import Any, NotRequired, TypedDict

VERSION = 1
LINE_MAX_BYTES = 65_536
GENESIS = "0" * 64
SEQ_MAX = 2**53 - 1
"""The last whole number that every reader of JSON holds exactly (RFC 8259 §6)."""
NESTING_MAX = 64
"""Levels of objects and lists in one line, so that what reads one here is read everywhere."""
LINES_REMEMBERED = 1024
# A longer line is read again each time: remembering must not hold more memory than the largest segments are worth.
_REMEMBERED_MAX_CHARS = 2048
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
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


def parse_line(line: str) -> dict[str, Any] | None:
    """The JSON object that a line holds, or ``None`` where it holds none or nests beyond ``NESTING_MAX``.

    Short ones are remembered for a while, because the chain, the flags and the folds each read the line: never
    change the answer.
    """
    return _remembered(line) if len(line) <= _REMEMBERED_MAX_CHARS else parse_object(line)


def parse_object(text: str) -> dict[str, Any] | None:
    """As ``parse_line``, of any JSON text, remembering nothing.

    Half a surrogate pair, which JSON can escape and no encoding can carry, reads as U+FFFD, as browsers encode it.
    """
    try:
        value = _decoder.decode(text)
    except (ValueError, RecursionError):
        return None
    brackets = text.count("{") + text.count("[")
    if not isinstance(value, dict) or brackets > NESTING_MAX and _nests_too_deep(value):
        return None
    return _encodable(value) if "\\u" in text else value


_remembered = lru_cache(maxsize=LINES_REMEMBERED)(parse_object)


def _nests_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(NESTING_MAX):
        parts = (outer.values() if isinstance(outer, dict) else outer for outer in level)
        level = [inner for part in parts for inner in part if isinstance(inner, (dict, list))]
        if not level:
            return False
    return True


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {_encodable(name): _encodable(item) for name, item in value.items()}
    return value


def _refuse_constant(name: str) -> None:
    # Python reads NaN and Infinity, which are not JSON (RFC 8259 §6) and which no browser would write.
    raise ValueError(name)


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)
