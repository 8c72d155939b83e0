"""The desk's first screen: the round's five figures for those who may see them, and where to go."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_login import current_user

from ..store import findings, past, quarantine, rounds, visit_pages
from ..times import written
from . import current
from .access import may, signed_in

bp = Blueprint("desk_home", __name__)


@bp.get("/desk/")
@signed_in
def page() -> str:
    """What this person may open; each link and figure asks ``may`` for itself."""
    db = current.database()
    round_, counts, waiting = None, None, 0
    if may("coverage") and (round_ := rounds.round_of(db)):
        counts = past.counts(db, round_["round"])
        waiting = len(visit_pages.waiting(db, round_["round"])) if may("visit") else 0
    forks = len(quarantine.open_forks(db)) if may("quarantine") else 0
    handed_over = may("finding", within=("released",)) and findings.any_released_to(
        db, current_user.account.county, written(current.now()))
    return render_template("desk/home.html", round=round_, counts=counts, forks=forks, waiting=waiting, handed_over=handed_over)
