"""The second factor (二次验证): its six digits after the password, and setting it up the first time."""

from __future__ import annotations

import io
import re

import segno
from flask import Blueprint, make_response, redirect, render_template, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField

from ..actions.prove_second_factor import prove_second_factor, secret_to_confirm
from ..problems import Problem
from ..rules.second_factor import totp
from . import current
from .access import SESSION_COOKIE
from .browser_session import retry_after, safe_next, with_session

bp = Blueprint("second_factor", __name__)

REFUSALS = ("second_factor_wrong", "sign_in_wait")


class CodeForm(FlaskForm):
    """The six digits, or a recovery code; ``next`` is the page that was asked for."""

    code = StringField()
    next = HiddenField()


@bp.get("/sign-in/second")
def page() -> Response:
    """Ask for the code; whoever has no second factor yet sees what to scan first.

    :raises Problem: ``not_signed_in``: the password was not given, or more than ten minutes ago.
    """
    return _page(CodeForm(next=request.args.get("next", "")), None)


@bp.post("/sign-in/second")
def prove() -> Response:
    """Take the code. After setting up, the recovery codes are shown, this once."""
    form = CodeForm()
    try:
        proved = prove_second_factor(current.database(), current.keys(), request.cookies.get(SESSION_COOKIE, ""),
                                     form.code.data or "", current.now(), current.config().lasts)
    except Problem as problem:
        if problem.code not in REFUSALS:
            raise
        return _page(form, problem)
    target = safe_next(form.next.data)
    shown = make_response(render_template("session/recovery_codes.html", codes=proved.codes, target=target)) \
        if proved.codes else redirect(target)
    return with_session(shown, proved.token)


def _page(form: CodeForm, problem: Problem | None) -> Response:
    account, secret = secret_to_confirm(current.database(), current.keys(), request.cookies.get(SESSION_COOKIE, ""),
                                        current.now())
    uri = totp(secret).get_provisioning_uri(account.name, current.text("product")) if secret else None
    # In groups of four, as people copy such things; every app drops the spaces.
    spelled = uri and " ".join(re.findall(".{1,4}", uri.partition("secret=")[2].partition("&")[0]))
    page = make_response(render_template("session/second_factor.html", form=form, problem=problem, uri=uri, secret=spelled,
                                         qr=_qr(uri) if uri else None), problem.status if problem else 200)
    page.headers.update(retry_after(problem, current.now()) if problem else {})
    return page


def _qr(uri: str) -> Markup:
    drawing = io.BytesIO()
    segno.make(uri, error="m", micro=False).save(
        drawing, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, light="#fff")
    return Markup(drawing.getvalue().decode())
