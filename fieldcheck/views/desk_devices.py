"""Phones (手机): who has one, enrolling another, taking one out of use."""

from __future__ import annotations

import io
from typing import Any, Mapping

import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, StringField

from .. import __version__
from ..actions.confirm_device import confirm_device
from ..actions.invite_device import invite_device
from ..actions.name_known_point import NAME_LONGEST, name_known_point
from ..actions.revoke_device import revoke_device
from ..problems import Problem
from ..rules.phone_loss import Loss
from ..rules.phone_standing import ORDERS, standing
from ..rules.roles import TEAM_ROLES
from ..store import datum_checks, devices, draws, known_point, people, rounds
from . import current
from .access import permits
from .confirming import confirms

bp = Blueprint("desk_devices", __name__)


class InviteForm(FlaskForm):
    """For whom the next phone is."""

    account = SelectField()


class RevokeForm(FlaskForm):
    """Why a phone is taken out of use."""

    reason = StringField()


class PointForm(FlaskForm):
    """Where phones are tested."""

    name = StringField()
    lon = StringField()
    lat = StringField()


@bp.get("/desk/devices")
@permits("devices")
def page() -> str:
    """All phones and how each stands, whoever needs somebody on top, and the form that enrols another."""
    db = current.database()
    accounts = people.accounts(db)
    lost = devices.losses(db)
    rows = _rows(devices.devices(db), {account.id: account.display_name for account in accounts}, lost)
    sort, down = request.args.get("sort", ""), request.args.get("down") == "1"
    rows.sort(key=ORDERS.get(sort, ORDERS["care"]), reverse=down)
    return render_template("desk/devices/list.html", rows=rows, lost=lost, now=current.now(), sort=sort, down=down,
                           caring=sum(bool(row["standing"].cares) for row in rows),
                           invite=_invite_form(accounts), revoke=RevokeForm(), point=known_point.read(db),
                           naming=PointForm(data=known_point.read(db)), datums=datum_checks.by_device(db))


def _rows(phones: list[dict[str, Any]], names: Mapping[str, str], lost: Mapping[str, Loss]) -> list[dict[str, Any]]:
    # Places stay unsaid: whoever keeps the phones need not know where anybody goes.
    asked = draws.asked_for_phones(current.database())
    return [{**phone, "owner": names.get(phone["inspector"], "–"),
             "tasks": rounds.unvisited_tasks(current.database(), phone["inspector"]) if phone["revoked_at"] else 0,
             "back": asked.get(phone["device"], []),
             "standing": standing(phone, current.now(), __version__, phone["device"] in lost)} for phone in phones]


@bp.post("/desk/devices/invitations")
@permits("devices", "change")
def invite() -> Response:
    """Make an invitation and show it, this once: the answer to the form is the only place where it stands in clear."""
    form = _invite_form(people.accounts(current.database()))
    if not form.validate():
        raise Problem("account_unknown")
    invitation = invite_device(current.database(), form.account.data, current_user.id, current.now())
    account = people.account(current.database(), form.account.data)
    # Behind "#" the token reaches neither a log nor the server until the app enrols with it.
    link = current.origin() + url_for("phone_page.page") + "#enrol=" + invitation.link_token
    return make_response(render_template("desk/devices/invitation.html", account=account, invitation=invitation,
                                         link=link, qr=_qr(link) if current.secure() else None))


@bp.post("/desk/devices/known-point")
@permits("devices", "change")
def name_point() -> AnyResponse:
    """Say where phones are tested for the frame of their positions."""
    form = PointForm()
    try:
        lon, lat = float(form.lon.data or ""), float(form.lat.data or "")
    except ValueError:
        raise Problem("point_malformed", limit=NAME_LONGEST) from None
    name_known_point(current.database(), form.name.data or "", lon, lat)
    return redirect(url_for("desk_devices.page"))


@bp.post("/desk/devices/<device>/confirmation")
@permits("devices", "change")
def confirm(device: str) -> AnyResponse:
    """A phone that came back after a restore is shown its day again."""
    confirm_device(current.database(), current.keys(), device, current_user.id, current.now())
    return redirect(url_for("desk_devices.page"))


@bp.post("/desk/devices/<device>/revocation")
@permits("devices", "change")
@confirms
def revoke(device: str) -> AnyResponse:
    """Take a phone out of use; the reason goes to the log."""
    revoke_device(current.database(), current.keys(), device, request.form.get("reason", ""), current_user.id,
                  current.now(), current.dice())
    return redirect(url_for("desk_devices.page"))


def _invite_form(accounts: list[people.Account]) -> InviteForm:
    form = InviteForm()
    form.account.choices = [
        (account.id, f"{account.display_name} · {current.text('team.' + str(account.team))}")
        for account in accounts if account.role in TEAM_ROLES and not account.disabled
    ]
    return form


def _qr(link: str) -> Markup:
    drawing = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        drawing, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, light="#fff")
    return Markup(drawing.getvalue().decode())
