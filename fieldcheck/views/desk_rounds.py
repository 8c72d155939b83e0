"""Rounds (轮次): what is prepared, under way, closing and closed; whether the teams can cover it; gaps signed off."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, FloatField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from .. import checklists
from ..actions.begin_closing import begin_closing
from ..actions.cancel_round import cancel_round
from ..actions.close_round import close_round
from ..actions.draft_round import draft_round
from ..actions.open_round import open_round
from ..actions.sign_gap import sign_gap
from ..problems import Problem
from ..rules.coverage_certificate import OPEN
from ..rules.evidence import BEIJING
from ..rules.round_plan import DEFAULT_DAYS, Capacity, forecast
from ..rules.scope import Exclusion, scope
from ..rules.settings import DEFAULTS, OFFICE_SETS
from ..rules.waiver import Waiver
from ..store import log_heads, past, registers, round_states, rounds
from ..store.planned_rounds import Plan, plan_of_draft
from ..times import moment, written
from . import current
from .access import permits
from .confirming import confirms

bp = Blueprint("desk_rounds", __name__)


class DraftForm(FlaskForm):
    """A round to prepare. Exclusions: one a line, code, reason, signer; waivers: village, listed households, reason, signer. What is left empty stays as it usually is."""

    name = StringField(validators=[InputRequired(), Length(max=80)])
    starts = DateField(validators=[InputRequired()])
    days = IntegerField(default=DEFAULT_DAYS, validators=[InputRequired(), NumberRange(7, 366)])
    exclusions = TextAreaField()
    waivers = TextAreaField()
    duty_phone = StringField()
    complaint_phone = StringField()
    reveal_time = StringField(default=DEFAULTS["reveal_time"])
    wipe_after_tries = IntegerField(default=DEFAULTS["wipe_after_tries"], validators=[Optional()])


class CapacityForm(FlaskForm):
    """What the teams can do; it is asked by address, so it carries no token."""

    field_days = IntegerField(default=Capacity.field_days, validators=[NumberRange(1, 7)])
    per_team_day = FloatField(default=Capacity.per_team_day, validators=[NumberRange(0.1, 10)])
    revisits = IntegerField(default=int(Capacity.revisits * 100), validators=[NumberRange(0, 90)])


class ReasonForm(FlaskForm):
    """Why a gap is left, and who answers for it."""

    reason = StringField()
    signer = StringField()


@bp.get("/desk/rounds")
@permits("settings")
def page() -> str:
    """Every round with its state; the drafts; whether the teams can cover what is in scope; the gaps of one that closes."""
    db, now = current.database(), written(current.now())
    register = registers.current_register(db)
    capacity = CapacityForm(request.args, meta={"csrf": False})
    usable = Capacity(2, capacity.field_days.data, capacity.per_team_day.data, capacity.revisits.data / 100) \
        if request.args and capacity.validate() else Capacity()
    told = [{**one, "waivers": _named_waivers(one), "counts": past.counts(db, one["round"]), "exclusions": rounds.exclusions(db, one["round"])}
            for one in rounds.rounds(db)]
    in_scope = len(scope(register).included) if register else 0
    plans = [(one, forecast(in_scope, moment(one["ends"]) - moment(one["starts"]), usable)) for one in round_states.drafts(db)]
    return render_template(
        "desk/rounds/page.html", rounds=told, plans=plans, in_scope=in_scope, capacity=capacity, usable=usable,
        usual=forecast(in_scope, timedelta(days=DEFAULT_DAYS), usable), closing=_closing(now), usual_settings=DEFAULTS, form=DraftForm(), reasons=ReasonForm(),
        heads=log_heads.every(db)[::-1])


def _closing(now: str) -> Mapping[str, Any] | None:
    """The round that is about to close, each township that is not covered, and what was signed of it."""
    db = current.database()
    found = next((one for one in rounds.rounds(db) if one["state"] == "closing"), None)
    if found is None:
        return None
    picture, gaps = past.standing(db, found["round"], now) or {}, round_states.gaps(db, found["round"])
    open_ = [one["properties"] for one in picture["features"] if one["properties"]["status"] in OPEN]
    return {"round": found, "townships": [{**one, "gap": gaps.get(one["unit"])} for one in open_],
            "unsigned": sum(one["unit"] not in gaps for one in open_), "follows": round_states.follows(db, found["round"])}


@bp.post("/desk/rounds")
@permits("settings", "change")
def draft() -> Response:
    """Prepare a round."""
    form = DraftForm()
    if not form.validate():
        raise Problem("round_unnamed") if set(form.errors) - set(OFFICE_SETS) else Problem("round_setting", name=min(form.errors))
    starts = datetime.combine(form.starts.data, datetime.min.time(), UTC) - BEIJING
    params = {name: form[name].data for name in OFFICE_SETS if form[name].data not in (None, "")}
    draft_round(current.database(), current.keys(), Plan(
        form.name.data, starts, timedelta(days=form.days.data), checklists.CURRENT, params, _exclusions(form.exclusions.data or ""),
        waivers=_waivers(form.waivers.data or "")),
        current_user.id, current.now())
    return redirect(url_for("desk_rounds.page"))


def _exclusions(text: str) -> list[Exclusion]:
    return [Exclusion(*row) for row in _lines(text, 3, "exclusion_incomplete")]


def _waivers(text: str) -> list[Waiver]:
    rows = _lines(text, 4, "waiver_incomplete")
    if any(not re.fullmatch("[0-9]{1,6}", listed) for _, listed, *_ in rows):
        raise Problem("waiver_incomplete")
    return [Waiver(village, int(listed), *words) for village, listed, *words in rows]


def _lines(text: str, cells: int, fault: str) -> list[list[str]]:
    # One a line; Chinese commas are commas, and the last cell may hold some.
    rows = [[cell.strip() for cell in re.split(r"[,\uff0c]", line, maxsplit=cells - 1)] for line in text.splitlines() if line.strip()]
    if any(len(row) != cells or not all(row) for row in rows):
        raise Problem(fault)
    return rows


def _named_waivers(opened: Mapping[str, Any]) -> list[dict[str, Any]]:
    db = current.database()
    return [{**one, "name": registers.named(db, opened["register"], one["village"])["name"]} for one in opened["params"].get("waivers", ())]


@bp.post("/desk/rounds/<round_id>/open")
@permits("settings", "change")
def begin(round_id: str) -> Response:
    """Make a draft active: from here on register, scope, checklist and thresholds stand."""
    found = round_states.draft(current.database(), round_id)
    if found is None:
        raise Problem("round_not_draft")
    open_round(current.database(), current.keys(), plan_of_draft(found), current_user.id, current.now(), demo=current.config().demo)
    return redirect(url_for("desk_rounds.page"))


@bp.post("/desk/rounds/<round_id>/cancel")
@permits("settings", "change")
def cancel(round_id: str) -> Response:
    """Give up a draft."""
    cancel_round(current.database(), current.keys(), round_id, request.form.get("reason", ""), current_user.id, current.now())
    return redirect(url_for("desk_rounds.page"))


@bp.post("/desk/rounds/<round_id>/closing")
@permits("settings", "change")
def begin_to_close(round_id: str) -> Response:
    """No new task any more."""
    begin_closing(current.database(), current.keys(), round_id, current_user.id, current.now())
    return redirect(url_for("desk_rounds.page"))


@bp.post("/desk/rounds/<round_id>/gaps/<unit>")
@permits("settings", "change")
@confirms
def gap(round_id: str, unit: str) -> Response:
    """Sign off a township that stays uncovered."""
    words = (request.form.get("reason", ""), request.form.get("signer", ""))
    sign_gap(current.database(), current.keys(), round_id, unit, words, current_user.id, current.now())
    return redirect(url_for("desk_rounds.page", _anchor="closing"))


@bp.post("/desk/rounds/<round_id>/close")
@permits("settings", "change")
@confirms
def close(round_id: str) -> Response:
    """Close it: what stands now stands for ever."""
    close_round(current.database(), current.keys(), round_id, current_user.id, current.now())
    return redirect(url_for("desk_rounds.page"))
