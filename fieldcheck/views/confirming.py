"""Is it you (再次确认本人)? Asked before an act that cannot be taken back, unless it was shown in the last ten minutes.

The question stands in the answer to the act's own form and carries that form with it: nothing is filled in twice, and
there is no second address that could be forgotten. Accounts of a demonstration are not asked: their password is public.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable, TypeVar

from flask import g, make_response, render_template, request
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField

from ..actions.confirm_identity import confirm_identity
from ..problems import Problem
from ..rules.session_ends import CONFIRMED_FOR
from ..store import people, second_factors, sessions
from ..times import written
from . import current
from .access import SESSION_COOKIE
from .browser_session import came_from, retry_after, safe_next

View = TypeVar("View", bound=Callable[..., Any])

REFUSALS = ("sign_in_wrong", "second_factor_wrong", "sign_in_wait")


class ConfirmForm(FlaskForm):
    """Password and code once more; ``confirm_from`` is the page on which the act's own form stood."""

    confirm_password = PasswordField()
    confirm_code = StringField()
    confirm_from = HiddenField()


def confirms(view: View) -> View:
    """Declare that a view does what cannot be taken back; it runs when whoever asked has just shown who they are."""
    @wraps(view)
    def asking(*args: Any, **values: Any) -> Any:
        form = ConfirmForm()
        if form.confirm_from.data:
            g.came_from = safe_next(form.confirm_from.data)
        if not _is_confirmed():
            if "confirm_password" not in request.form:
                return _page(ConfirmForm(confirm_from=came_from()), None)
            try:
                confirm_identity(current.database(), current.keys(), request.cookies.get(SESSION_COOKIE, ""),
                                 form.confirm_password.data or "", form.confirm_code.data or "", current.now())
            except Problem as problem:
                if problem.code not in REFUSALS:
                    raise
                return _page(form, problem)
        return view(*args, **values)

    asking.confirms = True  # type: ignore[attr-defined]
    return asking  # type: ignore[return-value]


def _is_confirmed() -> bool:
    session, since = people.token_hash(request.cookies.get(SESSION_COOKIE, "")), written(current.now() - CONFIRMED_FOR)
    return current_user.account.demo or sessions.confirmed_since(current.database(), session, since)


def _page(form: ConfirmForm, problem: Problem | None) -> Response:
    own = {"csrf_token", *(field.name for field in form)}
    page = make_response(render_template(
        "session/confirm.html", form=form, problem=problem, back=form.confirm_from.data or safe_next(None),
        fields=[(name, value) for name, value in request.form.items(multi=True) if name not in own],
        second=current_user.id in second_factors.confirmed(current.database())), problem.status if problem else 401)
    page.headers.update(retry_after(problem, current.now()) if problem else {})
    return page
