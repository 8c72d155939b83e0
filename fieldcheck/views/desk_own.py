"""My account (我的账号): my sign-ins, my sessions and ending them, my second factor, another password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField

from .. import passwords
from ..actions.set_password import set_password
from ..problems import Problem
from ..store import people, second_factors, sessions
from ..times import written
from . import current
from .access import SESSION_COOKIE, signed_in
from .bodies import chosen

bp = Blueprint("desk_own", __name__)


class PasswordForm(FlaskForm):
    """The password as it is, and the one that is to be."""

    old = PasswordField()
    new = PasswordField()


@bp.get("/desk/me")
@signed_in
def page() -> str:
    """What the account's own holder may know of it."""
    db, account = current.database(), current_user.id
    here = people.token_hash(request.cookies.get(SESSION_COOKIE, ""))[:16]
    return render_template(
        "desk/own/page.html", here=here, sessions=sessions.of_account(db, account, written(current.now())),
        sign_ins=sessions.sign_ins(db, account)[:30], form=PasswordForm(),
        protected=account in second_factors.confirmed(db), codes_left=second_factors.codes_left(db, account))


@bp.post("/desk/me/sessions")
@signed_in
def end() -> Response:
    """End one of the own sessions, or all but this one."""
    db, here = current.database(), people.token_hash(request.cookies.get(SESSION_COOKIE, ""))
    if chosen("which", "one", "others"):
        sessions.end_one(db, current_user.id, request.form.get("session", ""))
    else:
        sessions.end_all(db, current_user.id, but=here)
    return redirect(url_for("desk_own.page"))


@bp.post("/desk/me/password")
@signed_in
def password() -> Response:
    """Another password; every session ends, this one too, and the next page is the sign-in.

    :raises Problem: ``sign_in_wrong``: the old one was not right; ``password_weak``.
    """
    form, db = PasswordForm(), current.database()
    if not passwords.matches(people.password_hash(db, current_user.id), form.old.data or ""):
        raise Problem("sign_in_wrong")
    set_password(db, current.keys(), current_user.account.name, form.new.data or "", current_user.id, current.now())
    return redirect(url_for("session.sign_in"))
