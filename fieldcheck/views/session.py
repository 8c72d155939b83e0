"""Signing in and out at the desk, and choosing the language."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, PasswordField, StringField

from .. import texts
from ..actions.sign_in import sign_in as begin_session
from ..actions.sign_out import sign_out as end_session
from ..demo_accounts import PASSWORD
from ..problems import Problem
from ..store import people
from . import current
from .access import SESSION_COOKIE
from .browser_session import retry_after, safe_next, where_from, with_session

bp = Blueprint("session", __name__)

LANGUAGE_LASTS_S = 365 * 24 * 3600
#: What the page itself says; anything else, a full disk say, is no wrong password.
REFUSALS = ("sign_in_wrong", "sign_in_wait", "too_many_tries")


class SignInForm(FlaskForm):
    """Name and password; ``next`` is the page that was asked for."""

    name = StringField()
    password = PasswordField()
    next = HiddenField()


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> AnyResponse:
    """The sign-in page; after a wrong try the same page says what to do."""
    form = SignInForm(next=request.args.get("next", ""))
    # In a demonstration one may become somebody else in one step.
    if current_user.is_authenticated and not current.config().demo:
        return redirect(safe_next(form.next.data))
    if request.method == "GET":
        return make_response(render_template("session/sign_in.html", form=form, problem=None, **_demo_accounts()))
    try:
        begun = begin_session(current.database(), form.name.data or "", form.password.data or "",
                              where_from(), current.now(), current.config().lasts)
    except Problem as problem:
        if problem.code not in REFUSALS:
            raise
        page = make_response(render_template("session/sign_in.html", form=form, problem=problem, **_demo_accounts()),
                             problem.status)
        page.headers.update(retry_after(problem, current.now()))
        return page
    end_session(current.database(), request.cookies.get(SESSION_COOKIE, ""))
    target = safe_next(form.next.data)
    return with_session(redirect(url_for("second_factor.page", next=target) if begun.second else target), begun.token)


def _demo_accounts() -> dict[str, Any]:
    """What a demonstration tells everybody on the page: its own accounts and their one password. Elsewhere nothing."""
    if not current.config().demo:
        return {}
    held = [one for one in people.accounts(current.database()) if one.demo and not one.disabled and one.team is None]
    return {"demo_accounts": held, "demo_password": PASSWORD}


@bp.post("/sign-out")
def sign_out() -> AnyResponse:
    """End the session on the server; the cookie that a browser may still hold opens nothing."""
    end_session(current.database(), request.cookies.get(SESSION_COOKIE, ""))
    session.clear()
    response = redirect(url_for("session.sign_in"))
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Lax", secure=current.secure())
    return response


@bp.get("/language/<language>")
def language(language: str) -> Response:
    """Remember the language and go back to the page that was open."""
    if language not in texts.languages():
        abort(404)
    response = make_response(redirect(safe_next(request.args.get("next"))))
    response.set_cookie(current.LANGUAGE_COOKIE, language, max_age=LANGUAGE_LASTS_S, samesite="Lax",
                        secure=current.secure())
    return response
