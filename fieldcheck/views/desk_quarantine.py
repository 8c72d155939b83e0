"""Forks (分叉): records of one phone that contradict each other, kept aside until the office decides."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField

from ..actions.settle_fork import settle_fork
from ..store import people, quarantine
from . import current
from .access import permits
from .looks import looked_at
from .bodies import chosen

bp = Blueprint("desk_quarantine", __name__)


class SettleForm(FlaskForm):
    """Why a fork is adopted or dismissed."""

    reason = StringField()


@bp.get("/desk/quarantine")
@permits("quarantine")
@looked_at("quarantine")
def page() -> str:
    """What nobody has decided on yet, oldest first."""
    db = current.database()
    names = {account.id: account for account in people.accounts(db)}
    return render_template("desk/quarantine/list.html", forks=quarantine.open_forks(db), names=names, form=SettleForm())


@bp.post("/desk/quarantine/<identity>")
@permits("quarantine", "change")
def settle(identity: str) -> Response:
    """Adopt or dismiss, with the reason that goes to the log."""
    settle_fork(current.database(), current.keys(), identity, chosen("decision", "adopt", "dismiss"),
                request.form.get("reason", ""), current_user.id, current.now())
    return redirect(url_for("desk_quarantine.page"))
