"""What two people settle about a draw, and the lists behind the draws: who needs to know, stationing targets, recusals."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..actions.ask_redraw import ask_redraw
from ..actions.set_plan_lists import keep_recusals, list_readers, list_stationed, settle_readers
from ..actions.settle_redraw import settle_redraw
from ..problems import Problem
from ..rules.roles import TEAM_ROLES
from ..store import people, plan_views, recusals, registers, rounds
from . import current
from .access import permits
from .bodies import chosen

bp = Blueprint("desk_plan_lists", __name__)


@bp.post("/desk/plan/<batch>/redraw")
@permits("plan", "change")
def ask(batch: str) -> Response:
    """Ask for a redraw or a hand-back; somebody else confirms it."""
    form = request.form
    public = {"value": form.get("value", "").strip()[:200], "source": form.get("source", "").strip()[:200]}
    ask_redraw(current.database(), current.keys(), batch, form.get("what", ""), form.get("reason", ""), public, current_user.id,
               current.now(), current.dice())
    return redirect(url_for("desk_plan.batch", batch=batch))


@bp.post("/desk/plan/redraws/<identity>")
@permits("plan", "change")
def settle(identity: str) -> Response:
    """Confirm or refuse what somebody else asked for."""
    settle_redraw(current.database(), current.keys(), identity, chosen("decision", "confirm", "refuse"), current_user.id,
                  current.now(), current.dice())
    return redirect(url_for("desk_plan.page"))


@bp.get("/desk/plan/lists")
@permits("plan", "change")
def page() -> str:
    """The three lists of the latest round."""
    db = current.database()
    opened = rounds.round_of(db)
    if opened is None:
        raise Problem("no_round")
    accounts = [one for one in people.accounts(db) if not one.disabled]
    townships = {one["unit"]: one for one in registers.townships(db, opened["register"])}
    barred = {one.id: recusals.of_account(db, current.keys().draw, one.id) for one in accounts if one.role in TEAM_ROLES}
    return render_template(
        "desk/plan/lists.html", readers=plan_views.readers(db, opened["round"]), asked=plan_views.readers_asked(db, opened["round"]),
        names={one.id: one.display_name for one in people.accounts(db)}, barred=barred, why=recusals.WHY,
        offices=[one for one in accounts if one.role == "supervisor"], members=[one for one in accounts if one.role in TEAM_ROLES],
        stationed=[townships[unit] for unit in rounds.stationed(db, opened["round"]) if unit in townships],
        named=registers.names_of_codes(db, opened["register"], {one["code"] for some in barred.values() for one in some}))


@bp.post("/desk/plan/readers")
@permits("plan", "change")
def readers() -> Response:
    """Who needs to know the plan before its reveal."""
    list_readers(current.database(), current.keys(), request.form.getlist("account"), current_user.id, current.now())
    return redirect(url_for("desk_plan_lists.page"))


@bp.post("/desk/plan/readers/settlement")
@permits("plan", "change")
def settle_list() -> Response:
    """Confirm or refuse that somebody else stands on the list."""
    settle_readers(current.database(), current.keys(), chosen("decision", "confirm", "refuse"), current_user.id, current.now())
    return redirect(url_for("desk_plan_lists.page"))


@bp.post("/desk/plan/stationed")
@permits("plan", "change")
def stationed() -> Response:
    """Townships that weigh double."""
    list_stationed(current.database(), current.keys(), request.form.get("codes", "").split(), current_user.id, current.now())
    return redirect(url_for("desk_plan_lists.page"))


@bp.post("/desk/plan/recusals")
@permits("plan", "change")
def recused() -> Response:
    """Where one inspector must not go: adds one place, or removes one."""
    form, db, keys = request.form, current.database(), current.keys()
    account, code = form.get("account", ""), form.get("code", "").strip()
    kept = [one for one in recusals.of_account(db, keys.draw, account) if one["code"] != code]
    if chosen("decision", "add", "remove"):
        kept.append({"code": code, "why": form.get("why", "")})
    keep_recusals(db, keys, account, kept, current.now(), current.dice())
    return redirect(url_for("desk_plan_lists.page", _anchor=f"of-{account}"))
