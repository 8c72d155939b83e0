"""Handed over to us (交办给我们的): everything that a county ever sees. No coverage, no visit, no time of day, no person."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from .. import checklists
from ..actions.sign_for_finding import sign_for_finding
from ..problems import Problem
from ..store import findings
from ..times import written
from . import current
from .access import permits
from .looks import looked_at

bp = Blueprint("desk_county", __name__)


@bp.get("/desk/county")
@permits("finding", within=("released",))
@looked_at("handed_over")
def page() -> str:
    """The asker's own county's findings that were handed over; an account without a county sees that there is none."""
    county = current_user.account.county
    found = findings.released_to(current.database(), current.keys().private, county, written(current.now())) if county else []
    language = current.language()
    words = {one["code"]: one[language] for code in checklists.checklist()["a9_codes"] for one in (code, *code.get("sub", []))}
    return render_template("desk/county/list.html", findings=found, words=words)


@bp.post("/desk/county/<number>/receipt")
@permits("finding", "change", within=("released",))
def sign_for(number: str) -> Response:
    """Sign for one of the own county's findings.

    :raises Problem: ``finding_unknown``.
    """
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise Problem("finding_unknown")
    sign_for_finding(current.database(), current.keys(), int(number), current_user.id, current.now())
    return redirect(url_for("desk_county.page", _anchor=f"finding-{number}"))
