"""The decisions on a visit (审核决定): accept, return, reject, set or clear compromised, mark an answer."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..actions.accept_visit import Acceptance, accept_visit
from ..actions.choose_answer import choose_answer
from ..actions.mark_compromised import mark_compromised
from ..actions.reject_visit import reject_visit
from ..actions.return_visit import return_visit
from . import current
from .access import permits
from .bodies import chosen

bp = Blueprint("desk_decisions", __name__)


@bp.post("/desk/visits/<visit>/acceptance")
@permits("visit", "change")
def accept(visit: str) -> Response:
    """Accept, confirming the place in the same act; the form says what was opened."""
    form = request.form
    decided = Acceptance(
        place_unit=form.get("place_unit") or None, place_confirmed=form.get("place_confirmed") == "1",
        leak_confirmed=form.get("leak_confirmed") == "1", opened=tuple(form.getlist("opened")))
    accept_visit(current.database(), current.keys(), visit, decided, current_user.id, current.now())
    return _back(visit)


@bp.post("/desk/visits/<visit>/return")
@permits("visit", "change")
def send_back(visit: str) -> Response:
    """Send back with what to mend; the phone shows it."""
    return_visit(current.database(), current.keys(), visit, request.form.getlist("fix"), request.form.get("note", ""),
                 current_user.id, current.now())
    return _back(visit)


@bp.post("/desk/visits/<visit>/rejection")
@permits("visit", "change")
def reject(visit: str) -> Response:
    """Reject for good."""
    reject_visit(current.database(), current.keys(), visit, request.form.get("reason", ""), request.form.get("note", ""),
                 current_user.id, current.now())
    return _back(visit)


@bp.post("/desk/visits/<visit>/compromised")
@permits("visit", "change")
def compromise(visit: str) -> Response:
    """Set or clear compromised (存疑), with the reason that the auditor sees."""
    mark_compromised(current.database(), current.keys(), visit, chosen("decision", "set", "clear"),
                     request.form.get("reason", ""), current_user.id, current.now())
    return _back(visit)


@bp.post("/desk/visits/<visit>/answer")
@permits("visit", "change")
def choose(visit: str) -> Response:
    """Mark which of several phones' answers counts (以哪个为准)."""
    form = request.form
    choose_answer(current.database(), current.keys(), visit, form.get("subject", ""), form.get("code", ""),
                  form.get("line", ""), form.getlist("seen"), current_user.id, current.now())
    return _back(visit, f"answer-{form.get('subject')}-{form.get('code')}")


def _back(visit: str, at: str | None = None) -> Response:
    # To the same visit: it shows what was decided, and its first key leads to the next one.
    return redirect(url_for("desk_reviews.page", visit=visit, _anchor=at))
