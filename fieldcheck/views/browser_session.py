"""A session in the browser: how it gets its cookie, and where people may be sent after it began."""

from __future__ import annotations

import math
from datetime import datetime
from urllib.parse import urlsplit

from flask import g, request, session, url_for
from werkzeug.wrappers import Response

from ..actions.sign_in import From
from ..problems import Problem
from . import current
from .access import SESSION_COOKIE


def safe_next(target: str | None) -> str:
    """``target`` if it is a path on this server, else the desk's first page: nobody is sent elsewhere by a link."""
    home = url_for("desk_home.page")
    if not target or not target.startswith("/") or any(ord(letter) < 33 or letter == "\\" for letter in target):
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc or target.startswith("//") else target


def came_from() -> str:
    """The page of this server on which the form of this request was filled in, with its query; empty where nobody says."""
    if "came_from" in g:
        return str(g.came_from)
    parts = urlsplit(request.referrer or "")
    if request.method != "POST" or parts.netloc != request.host:
        return ""
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else ""))


def retry_after(problem: Problem, now: datetime) -> dict[str, str]:
    """The header Retry-After (RFC 9110 §10.2.3) of a refusal that passes with time; a minute where nobody knows better."""
    if problem.status != 429:
        return {}
    until = problem.details.get("until")
    return {"Retry-After": str(max(1, math.ceil((until - now).total_seconds())) if until else 60)}


def where_from() -> From:
    """Where this request comes from, as the sign-in history keeps it."""
    return From(request.remote_addr or "", request.headers.get("User-Agent", ""))


def with_session(response: Response, token: str, *, keep_forms: bool = False) -> Response:
    """The response, with the cookie of a session that has just begun.

    ``keep_forms``: forms that this browser shows already stay good. Otherwise a form token seen before signing in is worth
    nothing afterwards.
    """
    if not keep_forms:
        session.clear()
    response.set_cookie(
        SESSION_COOKIE, token, max_age=int(current.config().lasts.whole.total_seconds()), httponly=True, samesite="Lax",
        secure=current.secure(),
    )
    return response
