"""The first page (首页). In service: one door to the desk, one to the phone, and nothing that the inspection knows.

In a demonstration (演示): the live map, its figures, and three doors that each lead in with one click.
"""

from __future__ import annotations

import json

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
    picture = json.loads(past.document(db, round_, written(current.now()), brief=True))
    shown = tables(picture, choice_of(request.args, "first_page.page"))
    if shown["selected"]:
        shown["selected"] = past.township(db, round_, shown["selected"]["unit"], written(current.now()))
    return render_template("first_page/demo.html", picture=picture, legend=LEGEND, **shown)
