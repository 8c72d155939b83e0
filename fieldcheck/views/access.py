"""Who may call which route. A route that declares nothing is closed to everybody.

Four declarations exist: the name stands in ``PUBLIC`` (in a demonstration also ``PUBLIC_IN_DEMO``); the view is
marked ``@permits`` (people at the desk, by role) or ``@signed_in`` (whoever has an account); or it is marked
``@for_phones`` (the view proves the calling phone itself, by its own signature or a token, and never looks at a
cookie, so it needs no CSRF token either). ``guard`` runs before every request.
"""

from __future__ import annotations

from typing import Any, Callable, TypeVar

from flask import Request, current_app, request
from flask_login import UserMixin, current_user
from flask_wtf.csrf import CSRFProtect, CSRFError, validate_csrf
from wtforms import ValidationError

from ..problems import Problem
from ..rules import roles
from ..rules.session_ends import TOUCHED_EVERY, idle_end
from ..store import people, sessions
from ..times import written
from . import current

View = TypeVar("View", bound=Callable[..., Any])

#: Routes that anybody may call. Each shows nothing that the inspection knows.
PUBLIC = frozenset({
    "static",
    "session.sign_in", "session.sign_out", "session.language", "second_factor.page", "second_factor.prove",
    "phone_page.page", "phone_page.service_worker", "phone_page.webmanifest",
    "about.page", "about.problem_page", "first_page.page",
    "api_health.healthz", "api_openapi.openapi",
})

#: What a demonstration opens to anybody besides: everything in it is invented.
PUBLIC_IN_DEMO = frozenset({
    "api_coverage.show", "demo_doors.enter", "try_page.page", "try_page.why", "try_page.invite", "about.parts",
})

SESSION_COOKIE = "fc_session"
#: What pages ask for by themselves again and again: it keeps nobody signed in who went away.
ASKED_BY_PAGES = frozenset({"api_coverage.show"})

csrf = CSRFProtect()
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Person(UserMixin):
    """Who is signed in, as Flask-Login wants it: ``current_user.account``, ``current_user.role``."""

    def __init__(self, account: people.Account) -> None:
        self.account = account
        self.id = account.id
        self.role = account.role


def load_person(request: Request) -> Person | None:
    """Who the request's session cookie belongs to; Flask-Login asks once per request, and only if somebody looks."""
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    digest, now = people.token_hash(token), current.now()
    account = people.session_account(current.database(), digest, written(now))
    if account is not None and request.endpoint not in ASKED_BY_PAGES:
        ends = idle_end(current.config().lasts, account.role, account.demo, now)
        sessions.touch(current.database(), digest, written(now), written(now - TOUCHED_EVERY), written(ends))
    return Person(account) if account else None


def permits(thing: str, verb: str = "see", within: tuple[str, ...] = ("all",)) -> Callable[[View], View]:
    """Declare that a view shows or changes ``thing`` (``rules/roles.py``) to those whose reach it keeps to."""
    if thing not in roles.OBJECTS or verb not in roles.VERBS:
        raise ValueError(f"no such object or verb: {verb} {thing}")

    def declare(view: View) -> View:
        view.permits = (thing, verb, within)  # type: ignore[attr-defined]
        return view

    return declare


def or_machine(proves: Callable[[], bool]) -> Callable[[View], View]:
    """Declare that a view also answers whoever ``proves`` says is a machine that may: a token of the settings."""

    def declare(view: View) -> View:
        view.machine = proves  # type: ignore[attr-defined]
        return view

    return declare


def signed_in(view: View) -> View:
    """Declare that a view is for whoever has an account; it must ask ``may`` before it shows anything more."""
    view.signed_in = True  # type: ignore[attr-defined]
    return view


def for_phones(view: View) -> View:
    """Declare that a view authenticates the phone itself and never acts on a cookie."""
    view.for_phones = True  # type: ignore[attr-defined]
    return view


def reads_form_itself(view: View) -> View:
    """Declare that a view reads a large form in pieces and hands its token to ``check_token`` before anything else."""
    view.reads_form_itself = True  # type: ignore[attr-defined]
    return view


def check_token(token: str) -> None:
    """:raises Problem: ``form_expired``: it is not the token of a form that was shown to this browser."""
    try:
        validate_csrf(token)
    except ValidationError:
        raise Problem("form_expired") from None


def guard() -> None:
    """Let the request pass or refuse it; registered as the first ``before_request``.

    :raises Problem: ``not_signed_in``, ``not_permitted`` or ``form_expired``.
    """
    if request.endpoint is None:
        return  # no such route: the router's own 404 or 405 answers
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "for_phones", False):
        return
    proves = getattr(view, "machine", None)
    if not _is_public(request.endpoint) and not (proves is not None and proves()):
        _check_person(view)
    if request.method not in _SAFE_METHODS and not getattr(view, "reads_form_itself", False):
        _check_form()


def may(thing: str, verb: str = "see", within: tuple[str, ...] = ("all",)) -> bool:
    """Whether whoever is signed in may; templates ask it before they show a link."""
    return current_user.is_authenticated and roles.allowed(current_user.role, thing, verb, within)


def _is_public(endpoint: str) -> bool:
    return endpoint in PUBLIC or (current.config().demo and endpoint in PUBLIC_IN_DEMO)


def _check_person(view: Callable[..., Any]) -> None:
    if not current_user.is_authenticated:
        raise Problem("not_signed_in")
    declared = getattr(view, "permits", None)
    if declared is None and getattr(view, "signed_in", False):
        return
    if declared is None or not roles.allowed(current_user.role, *declared):
        raise Problem("not_permitted")


def _check_form() -> None:
    try:
        csrf.protect()
    except CSRFError:
        raise Problem("form_expired") from None
