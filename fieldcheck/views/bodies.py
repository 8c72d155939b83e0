"""Reading a request's body whole, or not at all.

gunicorn ends a body that was cut without an error, so what came is compared with what was announced.
"""

from __future__ import annotations

from typing import Any

from flask import request
from pydantic import ValidationError

from sync.message import parse_object

from ..problems import Problem
from ..rules.shapes import adapter

CHUNK_BYTES = 16_384
STALL_S = 20
JSON_MAX_BYTES = 65_536


def read_body(limit: int) -> bytes:
    """The whole body.

    :raises Problem: ``length_required``, ``body_too_large``, ``body_cut``.
    """
    announced = request.content_length
    if announced is None:
        raise Problem("length_required")
    if announced > limit:
        raise Problem("body_too_large", limit=limit)
    socket = request.environ.get("gunicorn.socket")
    if socket is not None:
        # Without a time limit four stalled phones would hold four threads for ever.
        socket.settimeout(STALL_S)
    parts, missing = [], announced
    try:
        while missing and (part := request.stream.read(min(CHUNK_BYTES, missing))):
            parts.append(part)
            missing -= len(part)
    except OSError:
        raise Problem("body_cut") from None
    if missing:
        raise Problem("body_cut")
    return b"".join(parts)


def read_json(shape: type, limit: int = JSON_MAX_BYTES) -> Any:
    """The body as JSON of this TypedDict's shape.

    :raises Problem: ``body_malformed`` with ``where`` naming the first fault, or those of ``read_body``.
    """
    value = parse_object(read_body(limit).decode("utf-8", "replace"))
    if value is None:
        raise Problem("body_malformed", where="JSON")
    try:
        return adapter(shape).validate_python(value)
    except ValidationError as fault:
        raise Problem("body_malformed", where=".".join(str(part) for part in fault.errors()[0]["loc"]) or "-") from None
