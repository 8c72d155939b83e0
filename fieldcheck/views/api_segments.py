"""Segments come in: JWE lines, answered one by one. Contract: ``docs/protocol.md`` §4, §5."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, request

from sync.intake import Answer

from .. import texts
from ..actions.take_segments import take_segments
from ..problems import Problem
from . import current
from .bodies import read_body
from .device_auth import device_or_revoked

bp = Blueprint("api_segments", __name__, url_prefix="/api/v1")

BODY_MAX_BYTES = 4 * 1024 * 1024
SEGMENTS_MAX = 500


@bp.post("/segments")
@device_or_revoked
def segments() -> Response:
    """Take segments; 200 even where some are refused: each has its own answer."""
    if request.mimetype != "application/x-ndjson":
        raise Problem("content_type_unsupported")
    lines = [line for line in read_body(BODY_MAX_BYTES).decode("ascii", "replace").split("\n") if line]
    if not 1 <= len(lines) <= SEGMENTS_MAX:
        raise Problem("body_malformed", where="application/x-ndjson")
    answers, head = take_segments(current.database(), current.keys(), g.device["device"], lines, current.now())
    for answer in answers:
        current.counters().segment(answer.status)
    return jsonify(answers=[_document(answer) for answer in answers], head={"seq": head.seq, "hash": head.hash})


def _document(answer: Answer) -> dict[str, object]:
    receipt = {"receipt": answer.receipt} if answer.receipt else {}
    detail = texts.text(current.language(), "problem", f"{answer.code}.detail")
    return {"status": answer.status, "code": answer.code, "detail": detail, "next": answer.next,
            "from": answer.first, "to": answer.last, **receipt}
