"""What each route under ``/api/v1`` takes and gives, as data: the source of the OpenAPI description.

Shapes are the documents of ``sync/wire.py`` and ``sync/pack.py``, codes those of ``problems.py``. ``tests/views/test_openapi.py`` holds this
table against the routes that exist and against real answers. Prose: ``docs/protocol.md`` §5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Mapping

from sync import pack, wire

from ..store.photos import VERIFIED, WAITING

Who = Literal["anybody", "enrolling", "device", "desk"]

JSON = "application/json"
NDJSON = "application/x-ndjson"
OFFSET_BYTES = "application/offset+octet-stream"

TEXT: Mapping[str, Any] = {"type": "string"}
COUNT: Mapping[str, Any] = {"type": "integer", "minimum": 0}
HASH: Mapping[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
UPLOAD_ID: Mapping[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
TUS_VERSION: Mapping[str, Any] = {"type": "string", "const": "1.0.0"}

AUTH = ("auth_missing", "auth_forged", "auth_stale", "auth_foreign", "device_unknown", "phone_too_busy")
DEVICE = (*AUTH, "device_revoked")
DESK = ("not_signed_in", "not_permitted")
WHOLE_BODY = ("length_required", "body_too_large", "body_cut")
VERDICTS = ("photo_not_opened", "photo_differs", "photo_type_unsupported", "photo_disguised", "photo_carries_more",
            "photo_too_many_pixels", "photo_truncated", "photo_undecodable")
UPLOAD = (*AUTH, "tus_version_unsupported", "upload_unknown", "upload_expired", "upload_locked")
ARRIVED = ("photo_hash_mismatch", "photo_not_held", "storage_full", *VERDICTS)
APPENDED = (*UPLOAD, *ARRIVED, "content_type_unsupported", "upload_header_malformed", "length_required", "body_cut",
            "upload_offset_wrong", "upload_beyond_length")


@dataclass(frozen=True)
class Sent:
    """A header, path segment or query value that a caller sends."""

    name: str
    place: Literal["header", "path", "query"] = "header"
    schema: Mapping[str, Any] = field(default_factory=lambda: TEXT)
    required: bool = True


@dataclass(frozen=True)
class Given:
    """A success: ``document`` is a shape of ``sync/wire.py``, ``dict`` for any object, ``None`` for no body."""

    document: type | None = None
    headers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One method of one route. ``body``: media type → shape or one of several, or ``bytes``, or ``str`` for lines of text."""

    id: str
    method: str
    path: str
    who: Who
    gives: Mapping[int, Given]
    codes: tuple[str, ...] = ()
    sends: tuple[Sent, ...] = ()
    body: Mapping[str, type | tuple[type, ...]] = field(default_factory=dict)


RESUMABLE = Sent("Tus-Resumable", schema=TUS_VERSION)
AT_OFFSET = Sent("Upload-Offset", schema=COUNT)
UPLOAD_NAME = Sent("id", "path", UPLOAD_ID)
PHOTO_NAME = Sent("sealed_sha256", "path", HASH)
OVERRIDE = Sent("X-HTTP-Method-Override", schema={"enum": ["HEAD", "PATCH", "DELETE"]})
UNLESS_KNOWN = Sent("If-None-Match", required=False)

SPOKEN: Mapping[str, Mapping[str, Any]] = {"Tus-Resumable": TUS_VERSION}
STANDS_AT: Mapping[str, Mapping[str, Any]] = {**SPOKEN, "Upload-Offset": COUNT, "Upload-Expires": TEXT}
DESCRIBED: Mapping[str, Mapping[str, Any]] = {
    **SPOKEN, "Tus-Version": TEXT, "Tus-Extension": TEXT, "Tus-Max-Size": COUNT}
CREATED: Mapping[str, Mapping[str, Any]] = {**STANDS_AT, "Location": TEXT}
FOUND: Mapping[str, Mapping[str, Any]] = {**STANDS_AT, "Upload-Length": COUNT, "Upload-Metadata": TEXT}
STATE: Mapping[str, Mapping[str, Any]] = {**SPOKEN, "Fieldcheck-Photo": {"enum": [WAITING, VERIFIED]}}
NAMED: Mapping[str, Mapping[str, Any]] = {"ETag": TEXT}

OPERATIONS: tuple[Operation, ...] = (
    Operation("time", "get", "/time", "anybody", {200: Given(wire.TimeAnswer)}),
    Operation("enrol", "post", "/devices", "enrolling", {201: Given(wire.EnrolAnswer)},
              (*DEVICE, *WHOLE_BODY, "body_malformed", "token_unknown", "token_used", "token_expired", "key_malformed",
               "account_unknown", "certificate_forged", "too_many_tries"), body={JSON: (wire.EnrolRequest, wire.ReturnRequest)}),
    Operation("head", "get", "/head", "device", {200: Given(wire.HeadAnswer)}, DEVICE),
    Operation("segments", "post", "/segments", "device", {200: Given(wire.SegmentsAnswer)},
              (*AUTH, *WHOLE_BODY, "body_malformed", "content_type_unsupported", "quarantine_full", "key_changed"), body={NDJSON: str}),
    Operation("pack", "get", "/pack", "device", {200: Given(pack.Pack, NAMED), 304: Given(headers=NAMED)},
              (*DEVICE, "device_unconfirmed"),
              (Sent("since", "query", required=False), UNLESS_KNOWN)),
    Operation("state", "put", "/devices/me/state", "device", {204: Given()},
              (*DEVICE, *WHOLE_BODY, "body_malformed"), body={JSON: wire.PhoneState}),
    Operation("describePhotos", "options", "/photos", "anybody", {204: Given(headers=DESCRIBED)}),
    Operation("createUpload", "post", "/photos", "device", {201: Given(headers=CREATED)},
              (*UPLOAD, *ARRIVED, "upload_header_malformed", "photo_too_large", "upload_length_differs",
               "upload_limit_reached", "upload_offset_wrong"),
              (RESUMABLE, Sent("Upload-Length", schema=COUNT), Sent("Upload-Metadata"))),
    Operation("describeUpload", "options", "/photos/{id}", "anybody", {204: Given(headers=DESCRIBED)}, (), (UPLOAD_NAME,)),
    Operation("findUpload", "head", "/photos/{id}", "device", {200: Given(headers=FOUND)},
              (*UPLOAD, *ARRIVED, "upload_offset_wrong"), (UPLOAD_NAME, RESUMABLE)),
    Operation("appendUpload", "patch", "/photos/{id}", "device", {204: Given(headers=STANDS_AT)}, APPENDED,
              (UPLOAD_NAME, RESUMABLE, AT_OFFSET), {OFFSET_BYTES: bytes}),
    Operation("endUpload", "delete", "/photos/{id}", "device", {204: Given(headers=SPOKEN)}, UPLOAD,
              (UPLOAD_NAME, RESUMABLE)),
    Operation("overrideUpload", "post", "/photos/{id}", "device",
              {200: Given(headers=FOUND), 204: Given(headers=SPOKEN)}, (*APPENDED, "method_not_allowed"),
              (UPLOAD_NAME, RESUMABLE, OVERRIDE, Sent("Upload-Offset", schema=COUNT, required=False)),
              {OFFSET_BYTES: bytes}),
    Operation("findPhoto", "head", "/photos/by-hash/{sealed_sha256}", "device", {200: Given(headers=STATE)},
              (*AUTH, "photo_not_held"), (PHOTO_NAME,)),
    Operation("photoReceipt", "get", "/photos/by-hash/{sealed_sha256}/receipt", "device",
              {200: Given(wire.PhotoReceipt, SPOKEN)},
              (*AUTH, "photo_not_held", "photo_waits_for_message", *VERDICTS), (PHOTO_NAME,)),
    Operation("coverage", "get", "/coverage", "desk", {200: Given(wire.Coverage, NAMED), 304: Given(headers=NAMED)},
              (*DESK, "round_unknown", "no_round"), (Sent("round", "query", required=False), Sent("brief", "query", required=False), UNLESS_KNOWN)),
    Operation("openapi", "get", "/openapi.json", "anybody", {200: Given(dict)}),
)
