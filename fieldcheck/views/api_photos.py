"""Photos over HTTP: tus 1.0.0 (core, creation, termination, expiration), and what is held, by hash.

The protocol is at https://tus.io/protocols/resumable-upload; ``docs/protocol.md`` says what fieldcheck adds to it.
"""

from __future__ import annotations

import base64
import binascii
import re
from contextlib import suppress
from socket import SHUT_RD, socket
from typing import Callable

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date

from ..actions.append_upload import append_upload
from ..actions.begin_upload import Promise, begin_upload
from ..actions.complete_upload import complete_upload
from ..actions.end_upload import end_upload
from ..actions.find_upload import find_upload
from ..actions.verify_photo import verify_photo
from ..problems import Problem
from ..store.photos import REFUSED, WAITING, Photo
from ..store.uploads import Upload
from ..times import moment, written
from . import current
from .access import for_phones
from .device_auth import device_or_revoked

bp = Blueprint("api_photos", __name__, url_prefix="/api/v1/photos")

TUS_VERSION = "1.0.0"
TUS_EXTENSIONS = "creation,termination,expiration"
UPLOAD_TYPE = "application/offset+octet-stream"
# A phone that lost its signal says nothing more; without a limit it would hold its thread for ever.
STALLED_AFTER_S = 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,18}")
_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")


@bp.after_request
def _speak_tus(response: Response) -> Response:
    response.headers.setdefault("Tus-Resumable", TUS_VERSION)
    response.headers.setdefault("Cache-Control", "no-store")
    if response.status_code == 412:
        response.headers["Tus-Version"] = TUS_VERSION
    return response


@bp.route("", methods=["OPTIONS"], provide_automatic_options=False)
@bp.route("/<id>", methods=["OPTIONS"], provide_automatic_options=False)
@for_phones
def describe(id: str = "") -> Response:
    """What this server speaks (tus 1.0.0, OPTIONS)."""
    response = Response(status=204)
    response.headers["Tus-Version"] = TUS_VERSION
    response.headers["Tus-Extension"] = TUS_EXTENSIONS
    response.headers["Tus-Max-Size"] = str(current.config().photo_max_bytes)
    return response


@bp.route("", methods=["POST"], provide_automatic_options=False)
@device_or_revoked
def create() -> Response:
    """Begin an upload, or name the one begun before; ``Upload-Offset`` says how much of it is here."""
    _check_version()
    promise = Promise(_device(), _promised_hash(), _number("Upload-Length"), request.headers["Upload-Metadata"])
    begun = begin_upload(current.database(), current.config().data, promise, _at(),
                         max_bytes=current.config().photo_max_bytes)
    _finish_if_whole(begun.upload, begun.offset)
    response = _answer(201, begun.upload, begun.offset)
    response.headers["Location"] = f"{bp.url_prefix}/{begun.upload.id}"
    return response


@bp.route("/<id>", methods=["HEAD", "PATCH", "DELETE", "POST"], provide_automatic_options=False)
@device_or_revoked
def upload(id: str) -> Response:
    """One upload; where PATCH and DELETE cannot pass, POST carries them (tus 1.0.0, X-HTTP-Method-Override)."""
    _check_version()
    method = request.headers.get("X-HTTP-Method-Override", request.method).upper()
    act = {"HEAD": _head, "PATCH": _patch, "DELETE": _delete}.get(method)
    if act is None:
        raise Problem("method_not_allowed")
    if not _UPLOAD_ID.fullmatch(id):
        raise Problem("upload_unknown")
    return act(id)


def _head(id: str) -> Response:
    found, offset = find_upload(current.database(), current.config().data, _device(), id, _at())
    _finish_if_whole(found, offset)
    response = _answer(200, found, offset)
    response.headers["Upload-Length"] = str(found.length)
    response.headers["Upload-Metadata"] = found.metadata
    return response


def _patch(id: str) -> Response:
    if request.mimetype != UPLOAD_TYPE:
        raise Problem("content_type_unsupported", expected=UPLOAD_TYPE)
    offset = _number("Upload-Offset")
    if request.content_length is None:
        raise Problem("length_required")
    read = _body()
    try:
        appended = append_upload(current.database(), current.config().data, _device(), id, offset,
                                 request.content_length, read, _at())
    except Problem:
        _hear_no_more()
        raise
    current.counters().received(appended.offset - offset)
    _finish_if_whole(appended.upload, appended.offset)
    if appended.cut:
        raise Problem("body_cut", received=appended.offset - offset, expected=request.content_length)
    return _answer(204, appended.upload, appended.offset)


def _delete(id: str) -> Response:
    end_upload(current.database(), current.config().data, _device(), id, _at())
    return Response(status=204)


@bp.route("/by-hash/<sealed_sha256>", methods=["HEAD"], provide_automatic_options=False)
@device_or_revoked
def held(sealed_sha256: str) -> Response:
    """Whether the photo's bytes are here, and verified."""
    photo = _photo(sealed_sha256)
    return Response(status=404 if photo.state == REFUSED else 200, headers={"Fieldcheck-Photo": photo.state})


@bp.route("/by-hash/<sealed_sha256>/receipt", methods=["GET"], provide_automatic_options=False)
@device_or_revoked
def receipt(sealed_sha256: str) -> Response:
    """The receipt of a photo that is verified and durable: the same one each time."""
    photo = _photo(sealed_sha256)
    if photo.state == WAITING:
        raise Problem("photo_waits_for_message")
    _raise_if_refused(photo)
    return jsonify(receipt=photo.receipt)


def _photo(sealed_sha256: str) -> Photo:
    if not _SHA256.fullmatch(sealed_sha256):
        raise Problem("photo_not_held")
    return verify_photo(current.database(), current.config().data, current.keys(), sealed_sha256, _at())


def _finish_if_whole(upload: Upload, offset: int) -> None:
    """Also on HEAD and POST: a crash or a cut may have come between the last byte and what follows it."""
    if offset < upload.length:
        return
    photo = None
    if upload.finished_at is None:
        photo = complete_upload(current.database(), current.config().data, current.keys(), upload, _at())
        current.counters().completed()
    if photo is None or photo.state == WAITING:  # its message may have come in between
        photo = _photo(upload.sealed_sha256)
    _raise_if_refused(photo)


def _raise_if_refused(photo: Photo) -> None:
    if photo.state == REFUSED:
        raise Problem(str(photo.code), **photo.details)


def _answer(status: int, upload: Upload, offset: int) -> Response:
    response = Response(status=status)
    response.headers["Upload-Offset"] = str(offset)
    response.headers["Upload-Expires"] = http_date(moment(upload.expires_at))
    return response


def _body() -> Callable[[int], bytes]:
    """The body as a reader that gives nothing more once the phone has gone, instead of raising."""
    request.max_content_length = None  # the upload's own length is the limit, and is checked before a byte is read
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(STALLED_AFTER_S)
    stream = request.stream

    def read(size: int) -> bytes:
        try:
            return stream.read(size)
        except (OSError, ClientDisconnected):
            return b""

    return read


def _hear_no_more() -> None:
    """A refused body is not listened to: browsers send a PATCH again by themselves when a kept connection breaks, from the
    offset that was right before, and each such photo would travel for nothing until the server has drained it.
    """
    heard = request.environ.get("gunicorn.socket")
    if type(heard) is socket:  # one under TLS would lose its answer, too
        with suppress(OSError):
            heard.shutdown(SHUT_RD)


def _device() -> str:
    return g.device["device"]


def _at() -> str:
    return written(current.now())


def _check_version() -> None:
    if request.headers.get("Tus-Resumable") != TUS_VERSION:
        raise Problem("tus_version_unsupported", versions=TUS_VERSION)


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not _NUMBER.fullmatch(text) or (header == "Upload-Length" and int(text) < 1):
        raise Problem("upload_header_malformed", header=header)
    return int(text)


def _promised_hash() -> str:
    """``sha256`` of Upload-Metadata: base64 of the lower-case hex of the sealed bytes' hash."""
    try:
        pairs = [pair.split() for pair in request.headers.get("Upload-Metadata", "").split(",")]
        values = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
        text = base64.b64decode(values["sha256"], validate=True).decode("ascii")
    except (KeyError, ValueError, binascii.Error):
        text = ""
    if not _SHA256.fullmatch(text):
        raise Problem("upload_header_malformed", header="Upload-Metadata")
    return text
