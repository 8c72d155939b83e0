"""Coverage and visits as files (导出): CSV, XLSX, GeoJSON, each saying round, register, datum, time and maker."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_login import current_user

from ..export_file import TYPES, file_of
from ..problems import Problem
from ..store import exports
from ..times import written
from . import current
from .access import permits
from .looks import looked_at

bp = Blueprint("desk_exports", __name__)


@bp.get("/desk/exports/<what>.<form>")
@permits("visit")
@looked_at("export", "what")
def as_file(what: str, form: str) -> Response:
    """One of ``exports.WHAT`` in one of ``TYPES``."""
    if what not in exports.WHAT or form not in TYPES:
        raise Problem("not_found")
    db, at = current.database(), written(current.now())
    table, picture = exports.table(db, what, request.args.get("round"), at, current_user.account.display_name)
    content = file_of(form, table, picture, lambda: exports.positions(db, table.about["round"]))
    answer = Response(content, mimetype=TYPES[form])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{what}-{at[:10]}.{form}")
    return answer
