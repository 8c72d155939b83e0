"""The first page (首页). In service: one door to the desk, one to the phone, and nothing that the inspection knows.

In a demonstration (演示): the live map, its figures, and three doors that each lead in with one click.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from ..rules.county_table import LEGEND
from ..store import past, rounds
from ..times import written
from . import current
from .coverage_choice import choice_of, tables

bp = Blueprint("first_page", __name__)


@bp.get("/")
def page() -> str:
    """The doors, and in a demonstration what they lead to."""
    if not current.config().demo:
        return render_template("first_page/service.html")
    db = current.database()
    round_ = rounds.round_of(db)
    if round_ is None:
        return render_template("first_page/demo.html", picture=None)
    picture = past.standing(db, round_["round"], written(current.now())) or {}
    return render_template("first_page/demo.html", picture=picture, legend=LEGEND,
                           **tables(picture, choice_of(request.args, "first_page.page")))
