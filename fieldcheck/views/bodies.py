"""Reading a request's body whole, or not at all.

gunicorn ends a body that was cut without an error, so what came is compared with what was announced.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Callable, Iterator, Mapping

from flask import request
from pydantic import ValidationError
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Event, Field, File, MultipartDecoder, NeedData

from sync.message import parse_object

from ..problems import Problem
from ..rules.shapes import adapter

CHUNK_BYTES = 16_384
STALL_S = 20
JSON_MAX_BYTES = 65_536
FIELD_MAX_BYTES = 4096


def read_body(limit: int) -> bytes:
    """The whole body.

    :raises Problem: ``length_required``, ``body_too_large``, ``body_cut``.
    """
    parts, missing = [], _announced(limit)
    try:
        while missing and (part := request.stream.read(min(CHUNK_BYTES, missing))):
            parts.append(part)
            missing -= len(part)
    except OSError:
        raise Problem("body_cut") from None
    if missing:
        raise Problem("body_cut")
    return b"".join(parts)


def chosen(field: str, yes: str, no: str) -> bool:
    """Which of the two buttons of a form was pressed: its ``field`` says ``yes`` or ``no``.

    :raises Problem: ``bad_request`` where it says neither.
    """
    value = request.form.get(field)
    if value not in (yes, no):
        raise Problem("bad_request")
    return value == yes


def read_json(shape: type, limit: int = JSON_MAX_BYTES, instead: Mapping[str, type] = MappingProxyType({})) -> Any:
    """The body as JSON of this TypedDict's shape, or of another where it has the member that ``instead`` names.

    :raises Problem: ``body_malformed`` with ``where`` naming the first fault, or those of ``read_body``.
    """
    value = parse_object(read_body(limit).decode("utf-8", "replace"))
    if value is None:
        raise Problem("body_malformed", where="JSON")
    shape = next((other for member, other in instead.items() if member in value), shape)
    try:
        return adapter(shape).validate_python(value)
    except ValidationError as fault:
        raise Problem("body_malformed", where=".".join(str(part) for part in fault.errors()[0]["loc"]) or "-") from None


def read_file_form(limit: int) -> tuple[dict[str, str], Callable[[int], bytes]]:
    """A form with one file as its last part (RFC 7578): the fields before it, and a reader of the file's bytes.

    Nothing is held but a piece of ``CHUNK_BYTES``. The reader gives none at the file's end, and also where the body was
    cut or is no longer such a form: what it gave until then was in the file.

    :raises Problem: ``length_required``, ``body_too_large``, ``content_type_unsupported``, ``body_malformed``.
    """
    _announced(limit)
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise Problem("content_type_unsupported", expected="multipart/form-data")
    events, fields, name = _parts(boundary.encode("ascii", "replace")), {}, ""
    for event in events:
        if isinstance(event, File):
            return fields, _reader(events)
        if isinstance(event, Field):
            name = event.name
        elif isinstance(event, Data):
            fields[name] = (fields.get(name, "") + event.data.decode("utf-8", "replace"))[:FIELD_MAX_BYTES]
    raise Problem("body_malformed", where="multipart/form-data")


def read_files(limit: int, field: str) -> dict[str, bytes]:
    """The files that a form's ``field`` brings, by their names without folders. Of a body that was cut nothing is read.

    :raises Problem: ``length_required``, ``body_too_large``.
    """
    _announced(limit)
    request.max_content_length = limit
    found = {}
    for file in request.files.getlist(field):
        with file.stream:  # a large one lies in a file of its own until it is closed
            if name := (file.filename or "").rpartition("/")[2]:
                found[name] = file.read()
    return found


def _announced(limit: int) -> int:
    announced = request.content_length
    if announced is None:
        raise Problem("length_required")
    if announced > limit:
        raise Problem("body_too_large", limit=limit)
    socket = request.environ.get("gunicorn.socket")
    if socket is not None:
        # Without a time limit four stalled phones would hold four threads for ever.
        socket.settimeout(STALL_S)
    return announced


def _parts(boundary: bytes) -> Iterator[Event]:
    decoder = MultipartDecoder(boundary, 4 * CHUNK_BYTES)
    try:
        while True:
            event = decoder.next_event()
            if not isinstance(event, NeedData):
                yield event
            elif piece := request.stream.read(CHUNK_BYTES):
                decoder.receive_data(piece)
            else:
                return
    except (ValueError, OSError, ClientDisconnected, RequestEntityTooLarge):
        return


def _reader(events: Iterator[Event]) -> Callable[[int], bytes]:
    kept, more = b"", True

    def read(size: int) -> bytes:
        nonlocal kept, more
        while more and not kept:
            event = next(events, None)
            more = isinstance(event, Data) and event.more_data
            kept = event.data if isinstance(event, Data) else b""
        piece, kept = kept[:size], kept[size:]
        return piece

    return read
