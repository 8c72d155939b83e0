"""A segment: 1–200 lines, signed once, encrypted once, then only carried. Source: ``docs/protocol.md`` §2."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Sequence, TypedDict

from .chain import ChainBroken, Head, follow
from .message import SEQ_MAX, line_hash, parse_object
from .ports import SegmentSigner

SEGMENT_TYPE = "fc-segment"
LINES_MAX = 200
PAYLOAD_MAX_BYTES = 240 * 1024
"""Before encryption: the JOSE library inflates no more than 250 KiB."""


# "from" is a Python keyword, so the functional form.
Claims = TypedDict("Claims", {"device": str, "from": int, "to": int, "prev": str, "head": str})


@dataclass(frozen=True)
class Segment:
    """A segment with its envelope off: signed lines and the private records that travelled with them."""

    lines: tuple[str, ...]
    private: tuple[str, ...]
    signature: str


@dataclass(frozen=True)
class VerifiedSegment:
    """A segment whose signature and chain hold. ``hashes`` are those of ``lines``, in order."""

    segment: Segment
    device: str
    first: int
    last: int
    prev: str
    head: str
    hashes: tuple[str, ...]


class SegmentMalformed(ValueError):
    """The payload is not the JSON object that ``docs/protocol.md`` §2 describes, or is over its limits."""


def segment_claims(device: str, start: Head, lines: Sequence[str]) -> Claims:
    """What the signature says about ``lines`` that follow ``start``; the head commits to every line."""
    return {"device": device, "from": start.seq + 1, "to": start.seq + len(lines),
            "prev": start.hash, "head": line_hash(lines[-1])}


def close_segment(device: str, start: Head, lines: Sequence[str], private: Sequence[str], sign: SegmentSigner) -> bytes:
    """The payload to encrypt: made once at a save point, never re-signed or rebuilt.

    :raises SegmentMalformed: over ``LINES_MAX`` lines or ``PAYLOAD_MAX_BYTES``; close earlier.
    """
    if not 1 <= len(lines) <= LINES_MAX:
        raise SegmentMalformed(f"{len(lines)} lines, 1 to {LINES_MAX} make a segment")
    signature = sign(segment_claims(device, start, lines), SEGMENT_TYPE)
    payload = json.dumps({"lines": list(lines), "private": list(private), "signature": signature},
                         ensure_ascii=False, separators=(",", ":")).encode()
    if len(payload) > PAYLOAD_MAX_BYTES:
        raise SegmentMalformed(f"{len(payload)} bytes, at most {PAYLOAD_MAX_BYTES}")
    return payload


def parse_segment(payload: bytes) -> Segment:
    """A segment's parts, unverified.

    :raises SegmentMalformed: not the expected shape, or over a limit.
    """
    if len(payload) > PAYLOAD_MAX_BYTES:
        raise SegmentMalformed("payload too long")
    try:
        value = parse_object(payload.decode())
    except UnicodeDecodeError:
        value = None
    if value is None:
        raise SegmentMalformed("not a JSON object")
    lines, private, signature = value.get("lines"), value.get("private"), value.get("signature")
    if not (_strings(lines) and _strings(private) and isinstance(signature, str)):
        raise SegmentMalformed("lines, private or signature is missing or of another type")
    if not 1 <= len(lines) <= LINES_MAX:
        raise SegmentMalformed(f"{len(lines)} lines")
    return Segment(tuple(lines), tuple(private), signature)


def verify_segment(segment: Segment, claims: dict[str, Any]) -> VerifiedSegment:
    """Hold the lines against claims whose signature was already verified.

    :raises ChainBroken: the claims do not describe these lines.
    """
    first, last = claims.get("from"), claims.get("to")
    prev, head, device = claims.get("prev"), claims.get("head"), claims.get("device")
    if type(first) is not int or type(last) is not int or not _strings([prev, head, device]):
        raise ChainBroken(0, "the signature's claims are incomplete")
    if not 1 <= first <= last <= SEQ_MAX:
        raise ChainBroken(0, "the signature's claims name no lines")
    if last - first + 1 != len(segment.lines):
        raise ChainBroken(first, "the signature names another number of lines")
    hashes = follow(segment.lines, device, Head(first - 1, prev))
    if hashes[-1] != head:
        raise ChainBroken(last, "the signed head is not the hash of the last line")
    return VerifiedSegment(segment, device, first, last, prev, head, tuple(hashes))


def _strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
