"""The plan (计划) at the desk: draws and what is asked about them. No place stands on a page that nobody asked to see."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from ..actions.draw_township import Batch, draw_township
from ..actions.look_at_plan import look_at_place, read_code
from ..actions.reveal_draws import reveal_draws
from ..problems import Problem
from ..rules.evidence import beijing_day
from ..rules.roles import TEAM_ROLES, TEAMS
from ..rules.settings import thresholds
from ..rules.unlock_code import spoken
from ..store import draw_records, draws, people, plan_views, registers, rounds
from . import current
from .access import may, permits

bp = Blueprint("desk_plan", __name__)
SEEN = ("after_reveal",)


@bp.get("/desk/plan")
@permits("plan", within=SEEN)
def page() -> str:
    """Every draw of the round by its number, day and people, what waits for a second person, and the form that draws."""
    db = current.database()
    reveal_draws(db, current.keys(), current.now())
    opened = rounds.round_of(db)
    names = {account.id: account.display_name for account in people.accounts(db)}
    asked = draws.redraws_of(db, opened["round"]) if opened else []
    made = draws.draws_of(db, opened["round"]) if opened else []
    return render_template(
        "desk/plan/page.html", round=opened, draws=made, names=names, teams=TEAMS, today=beijing_day(current.now()),
        over=draws.expired(db, opened["round"], beijing_day(current.now())) if opened else set(),
        readers_asked=plan_views.readers_asked(db, opened["round"]) if opened else None,
        waiting=[one for one in asked if one["settled"] is None], by_batch={one["batch"]: one for one in made},
        reveal_time=thresholds(opened["params"])["reveal_time"] if opened else "",
        members=[one for one in people.accounts(db) if one.role in TEAM_ROLES and not one.disabled],
        alerts=len(plan_views.alerts(db, opened["round"])) if opened and may("plan_views") else 0)


@bp.post("/desk/plan/draws")
@permits("plan", "change")
def make() -> AnyResponse:
    """Draw; what came out is sealed for whoever drew, too."""
    form = request.form
    try:
        day = date.fromisoformat(form.get("day", ""))
    except ValueError:
        raise Problem("draw_day_past") from None
    if form.get("team") not in TEAMS:
        raise Problem("bad_request")
    within = form.get("within", "")
    batch = Batch(form["team"], day, form.get("value", ""), form.get("source", ""), tuple(form.getlist("people")),
                  near=form.get("near") or None, within_km=int(within) if within.isdecimal() else None)
    made = draw_township(current.database(), current.keys(), batch, current_user.id, current.now(), dice=current.dice())
    return redirect(url_for("desk_plan.batch", batch=made["batch"]))


@bp.get("/desk/plan/<batch>")
@permits("plan", within=SEEN)
def batch(batch: str) -> str:
    """One draw without its place."""
    return _page(batch)


@bp.post("/desk/plan/<batch>/place")
@permits("plan", within=SEEN)
def place(batch: str) -> str:
    """The place, to whoever may see it now. The look is logged."""
    db = current.database()
    reveal_draws(db, current.keys(), current.now())
    unit = look_at_place(db, current.keys(), batch, current_user.id, current_user.role, current.now())
    return _page(batch, place=registers.township(db, _register(batch), unit))


@bp.post("/desk/plan/<batch>/code")
@permits("plan", "change")
def code(batch: str) -> str:
    """The code that is read out by telephone, once its time has come. The reading is logged."""
    digits = read_code(current.database(), current.keys(), batch, current_user.id, current_user.role, current.now())
    return _page(batch, code=spoken(digits))


@bp.post("/desk/plan/<batch>/record")
@permits("plan", within=SEEN)
def record(batch: str) -> str:
    """The record that a stranger can draw again, to be printed. The look is logged."""
    db = current.database()
    reveal_draws(db, current.keys(), current.now())
    look_at_place(db, current.keys(), batch, current_user.id, current_user.role, current.now(), "record")
    made = _known(batch)
    document = draw_records.record(db, made)
    register = _register(batch)
    names = {account.id: account.display_name for account in people.accounts(db)}
    return render_template("desk/plan/record.html", draw=made, record=document, names=names, text=draw_records.text(document),
                           place=registers.township(db, register, made["unit"]),
                           sums={name: (len(units), sum(units.values())) for name, units in document["inputs"]["frame"].items()})


@bp.get("/desk/plan/<batch>/record.json")
@permits("plan_views")
def record_file(batch: str) -> Response:
    """The same as a file, for the auditor. The look is logged."""
    db = current.database()
    look_at_place(db, current.keys(), batch, current_user.id, current_user.role, current.now(), "record")
    return Response(draw_records.text(draw_records.record(db, _known(batch))), mimetype="application/json",
                    headers={"Content-Disposition": "attachment; filename=record.json"})


def _page(batch: str, **shown: Any) -> str:
    db = current.database()
    made = _known(batch)
    names = {account.id: account.display_name for account in people.accounts(db)}
    asked = [one for one in draws.redraws_of(db, made["round"]) if one["batch"] == batch]
    earlier = draws.draw_of(db, made["instead_of"]) if made["instead_of"] else None
    return render_template("desk/plan/batch.html", draw=made, names=names, asked=asked, earlier=earlier, now=current.now(),
                           listed=current_user.id in plan_views.readers(db, made["round"]), **shown)


def _known(batch: str) -> dict[str, Any]:
    made = draws.draw_of(current.database(), batch)
    if made is None:
        raise Problem("draw_unknown")
    return made


def _register(batch: str) -> str:
    return rounds.round_of(current.database(), _known(batch)["round"])["register"]  # type: ignore[index]
