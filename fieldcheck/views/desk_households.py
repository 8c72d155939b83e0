"""What is kept privately of a household (户的私密记录): found by its number, corrected, erased. ``docs/inspection-rules.md`` §6.

Whoever finds a household sees that something is kept, not what: its words stand on a page of their own.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..actions.change_hold import change_hold
from ..actions.correct_record import Correction, correct_record
from ..actions.erase_household import erase_household
from ..problems import Problem
from ..rules.retention import WHY_OF_PEOPLE
from ..store import holds, retention, rounds, visit_pages, visits
from . import current
from .access import permits
from .bodies import chosen
from .confirming import confirms
from .looks import looked_at

bp = Blueprint("desk_households", __name__)


@bp.get("/desk/households")
@permits("private_records")
@looked_at("households")
def page() -> str:
    """Search by household number (户号) within a round."""
    db = current.database()
    every = rounds.rounds(db)
    wanted = next((one for one in every if one["round"] == request.args.get("round")), every[0] if every else None)
    number = request.args.get("number", "").strip()
    asked = wanted is not None and number.isascii() and number.isdigit() and len(number) <= 6
    found = retention.households(db, wanted["round"], int(number)) if wanted and asked else []
    for one in found:
        one["place"] = visit_pages.unit_or_none(db, wanted["register"], one["unit"]) if wanted else None
    return render_template("desk/households/search.html", rounds=every, round=wanted, number=number, asked=asked, found=found)


@bp.get("/desk/households/<visit>/<household>")
@permits("private_records")
@looked_at("household", "household")
def household(visit: str, household: str) -> str:
    """One household: each private record with its words, and the forms to correct or erase."""
    db = current.database()
    records = retention.household_records(db, current.keys().private, visit, household)
    if not records:
        raise Problem("household_unknown")
    doc = visits.find(db, visit) or {}
    about = next((one for one in doc.get("households", []) if one["household"] == household), {})
    return render_template("desk/households/household.html", visit=visit, household=household, records=records, about=about,
                           doc=doc, hold=holds.hold_on(db, visit), why=WHY_OF_PEOPLE)


@bp.post("/desk/households/<visit>/<household>/correction")
@permits("private_records", "change")
def correct(visit: str, household: str) -> Response:
    """Correct one record; what it said before is kept, sealed, or erased if the form asks for that."""
    form = request.form
    correct_record(current.database(), current.keys(), Correction(
        visit, form.get("record", ""), form.get("words", ""), form.get("why", ""), form.get("erase_earlier") == "1"),
        current_user.id, current.now())
    return _to(visit, household)


@bp.post("/desk/households/<visit>/<household>/erasure")
@permits("private_records", "change")
@confirms
def erase(visit: str, household: str) -> Response:
    """Erase everything private of the household; date and reason stay."""
    erase_household(current.database(), current.keys(), visit, household, request.form.get("why", ""), current_user.id,
                    current.now())
    return _to(visit, household)


@bp.post("/desk/households/<visit>/<household>/hold")
@permits("private_records", "change")
def hold(visit: str, household: str) -> Response:
    """Keep the whole visit whatever its time, or let it go again, with the reason that goes to the log."""
    change_hold(current.database(), current.keys(), visit, chosen("decision", "set", "lift"), request.form.get("reason", ""),
                current_user.id, current.now())
    return _to(visit, household)


def _to(visit: str, household: str) -> Response:
    return redirect(url_for("desk_households.household", visit=visit, household=household))
