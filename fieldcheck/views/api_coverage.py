"""Coverage for the desk's map and for whoever recomputes it. Contract: ``docs/protocol.md`` §5."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ..rules.evidence import beijing_day
from ..store import coverage, past, rounds
from ..times import written
from . import current
from .access import permits
from .coverage_choice import choice_of, looking_back

bp = Blueprint("api_coverage", __name__, url_prefix="/api/v1")


@bp.get("/coverage")
@permits("coverage")
def show() -> Response:
    """The round named by ``?round=``, else the latest; 304 while nothing changed (the desk asks every 3 s).

    ``?day=`` looks back to the evening of that day of the round (0 its first, in Beijing). ``?brief=1`` leaves each township's
    rules and visits out.
    """
    db = current.database()
    opened = rounds.asked_for(db, request.args.get("round"))
    _choice, back = looking_back(choice_of(request.args, "api_coverage.show"), opened, current.now())
    brief = request.args.get("brief") == "1"
    version = coverage.version(db, opened["round"], back or beijing_day(current.now())) + ("-brief" if brief else "")
    unchanged = request.if_none_match.contains(version)
    answer = Response(status=304) if unchanged else Response(
        past.document_at(db, opened, back, brief) if back else past.document(db, opened, written(current.now()), brief),
        mimetype="application/json")
    answer.set_etag(version)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
