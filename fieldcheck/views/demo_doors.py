"""The doors (入口) of a demonstration's first screen. Outside a demonstration these routes do not exist.

A door signs its visitor in as the demonstration's office, in the ordinary way, with the password that the
demonstration prints; whoever was signed in before is signed out.
"""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from ..actions.sign_in import sign_in
from ..actions.sign_out import sign_out
from ..demo_accounts import OFFICE, PASSWORD
from . import current
from .access import SESSION_COOKIE
from .browser_session import safe_next, where_from, with_session

bp = Blueprint("demo_doors", __name__)

#: Door → where it leads.
DESK = {"coverage": "desk_coverage.page", "reviews": "desk_reviews.queue"}


@bp.post("/demo/doors/<door>")
def enter(door: str) -> Response:
    """Go through a door: ``coverage`` and ``reviews`` as the office, ``phone`` to the page where a visit is tried.

    The form's ``next``, a path below ``/desk/``, leads further in than the door itself.
    """
    if door == "phone":
        return redirect(url_for("try_page.page"))
    if door not in DESK:
        abort(404)
    begun = sign_in(current.database(), OFFICE, PASSWORD, where_from(), current.now())
    sign_out(current.database(), request.cookies.get(SESSION_COOKIE, ""))
    wanted = request.form.get("next", "")
    target = safe_next(wanted) if wanted.startswith("/desk/") else url_for(DESK[door])
    # The doors of a page in another tab must not shut because of this one.
    return with_session(redirect(target), begun.token, keep_forms=True)
