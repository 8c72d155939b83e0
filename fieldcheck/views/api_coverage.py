"""Coverage for the desk's map and for whoever recomputes it. Contract: ``docs/protocol.md`` §5."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from ..problems import Problem
from ..rules.evidence import beijing_day
from ..store import coverage, rounds
from ..times import written
from . import current
from .access import permits

bp = Blueprint("api_coverage", __name__, url_prefix="/api/v1")


@bp.get("/coverage")
@permits("coverage")
def show() -> Response:
    """The round named by ``?round=``, else the latest; 304 while nothing changed (the desk asks every 3 s)."""
    db = current.database()
    opened = rounds.round_of(db, request.args.get("round") or None)
    if opened is None:
        raise Problem("round_unknown" if request.args.get("round") else "no_round")
    version = coverage.version(db, opened["round"], beijing_day(current.now()))
    unchanged = request.if_none_match.contains(version)
    answer = Response(status=304) if unchanged else jsonify(
        coverage.coverage(db, opened["round"], written(current.now())))
    answer.set_etag(version)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
