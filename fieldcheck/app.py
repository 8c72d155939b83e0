"""The web application: ``create_app(config)`` puts together everything that one server process serves."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Callable
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from flask_babel import Babel, format_datetime, format_percent
from flask_login import LoginManager
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import BadHost, HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from . import __version__, texts
from .chance import SYSTEM, Dice
from .config import Config, load_config
from .keys import load_keys
from .problems import Problem
from .shipped import shipped
from .store import disk
from .times import moment
from .views import about, access, api_coverage, api_devices, api_health, api_openapi, api_pack, api_photos
from .views import api_segments, current, demo_doors, desk_accounts, desk_audit, desk_companion_code, desk_county, desk_coverage
from .views import desk_comparison, desk_decisions, desk_devices, desk_explained, desk_findings, desk_home, desk_households, desk_own, desk_photos
from .views import desk_certificates, desk_exports, desk_plan, desk_plan_lists, desk_plan_signals, desk_quarantine, desk_rescue, desk_reviews
from .views import desk_registers, desk_rounds, desk_team
from .views import first_page, phone_page, request_log, second_factor, session, try_page
from .views.browser_session import came_from, retry_after
from .views.counters import Counters
from .views.host_cookies import HostCookies
from .views.phone_pace import PhonePace

BLUEPRINTS = (
    first_page.bp, session.bp, second_factor.bp, about.bp, phone_page.bp,
    desk_rounds.bp, desk_registers.bp, desk_certificates.bp, desk_exports.bp, desk_own.bp, desk_accounts.bp, desk_audit.bp, desk_findings.bp, desk_county.bp,
    desk_home.bp, desk_companion_code.bp, desk_coverage.bp, desk_comparison.bp, desk_explained.bp, desk_devices.bp, desk_rescue.bp, desk_quarantine.bp,
    desk_reviews.bp, desk_decisions.bp, desk_photos.bp, desk_team.bp, desk_households.bp,
    desk_plan.bp, desk_plan_lists.bp, desk_plan_signals.bp,
    api_devices.bp, api_segments.bp, api_pack.bp, api_photos.bp, api_coverage.bp, api_health.bp,
    api_openapi.bp,
)
#: What a demonstration has besides; in service these routes do not exist.
DEMO_BLUEPRINTS = (demo_doors.bp, try_page.bp)

#: Weeks begin and days end in Beijing time (北京时间) wherever the server stands.
TIMEZONE = "Asia/Shanghai"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
BUNDLES_LAST_S = 365 * 24 * 3600

#: No inline script or style, nothing from elsewhere, no frame around any page. CSP Level 3.
CONTENT_SECURITY_POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "media-src 'self' blob:",
    "font-src 'self'", "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'", "form-action 'self'",
    "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
))
#: In a demonstration ``/try`` shows the phone and the desk beside each other, in frames of this server's own pages.
DEMO_CONTENT_SECURITY_POLICY = CONTENT_SECURITY_POLICY.replace(
    "frame-ancestors 'none'", "frame-ancestors 'self'; frame-src 'self'")
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

#: How the router's and Flask's own refusals are called in the table of problems.
HTTP_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 411: "length_required",
              413: "body_too_large", 415: "content_type_unsupported"}


def create_app(config: Config | None = None, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC),
               dice: Dice = SYSTEM) -> Flask:
    """The application of one installation; without ``config`` its settings come from the environment.

    A demonstration is made with a ``clock`` that it sets and with ``dice`` that its seed throws.

    :raises FileNotFoundError: the data folder holds no keys; ``fieldcheck init`` makes them.
    """
    config = config or load_config()
    app = Flask("fieldcheck", template_folder=str(shipped("templates")), static_folder=str(shipped("static")))
    keys = load_keys(config.keys)
    app.extensions["fieldcheck"] = current.Service(config, keys, clock, dice)
    app.extensions["fieldcheck_assets"] = _asset_names()
    app.config.update(
        SECRET_KEY=keys.session, WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_I18N_ENABLED=False,
        SESSION_COOKIE_NAME="fc_form", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=(config.origin or "").startswith("https:"), BABEL_DEFAULT_TIMEZONE=TIMEZONE,
    )
    if config.origin:
        # A name that is not ours is nobody's who has a reason to be here; loopback is the machine itself.
        app.config["TRUSTED_HOSTS"] = [urlsplit(config.origin).hostname or "", *LOOPBACK]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    access.csrf.init_app(app)
    Babel(app, locale_selector=lambda: LOCALES[current.language()])
    login = LoginManager(app)
    login.session_protection = None  # no identity is kept in a client-side session that could be protected
    login.request_loader(access.load_person)
    app.extensions["fieldcheck_counters"] = Counters()
    app.extensions["fieldcheck_phone_pace"] = PhonePace(config.phone_calls_per_minute)
    request_log.watch(app)
    app.before_request(access.guard)
    app.after_request(_add_headers)
    app.teardown_appcontext(current.leave_database)
    app.register_error_handler(Exception, _render_error)
    app.context_processor(_template_words)
    app.add_template_filter(_moment, "moment")
    app.add_template_filter(lambda ms: _moment(datetime.fromtimestamp(ms / 1000, UTC)), "moment_of")
    app.add_template_filter(format_percent, "percent")
    app.add_template_filter(_waiting, "waiting")
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    app.wsgi_app = HostCookies(app.wsgi_app, (config.origin or "").startswith("https:"))  # type: ignore[method-assign]
    for blueprint in (*BLUEPRINTS, *(DEMO_BLUEPRINTS if config.demo else ())):
        app.register_blueprint(blueprint)
    return app


def _asset_names() -> dict[str, str]:
    """Name in the source → name in ``static/dist``, as the last build wrote it; empty before the first one."""
    try:
        return json.loads((shipped("static") / "dist" / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}


def _asset(name: str) -> str:
    names = current.current_app.extensions["fieldcheck_assets"]
    return url_for("static", filename="dist/" + names.get(name, name))


def _template_words() -> dict[str, Any]:
    return {
        "t": current.text, "word": current.word, "problem_text": _problem_text, "language": current.language(),
        "languages": texts.languages(), "asset": _asset, "may": access.may, "demo": current.config().demo,
        "csrf_token": generate_csrf, "here": request.full_path.rstrip("?") if request.method == "GET" else "",
        "version": __version__,
    }


def _moment(value: str | datetime | None, pattern: str = "format.moment") -> str:
    """A moment in Beijing time, by the catalogue's pattern of this key; what a phone wrote and no clock shows, as it is."""
    if value is None:
        return ""
    try:
        return format_datetime(moment(value) if isinstance(value, str) else value, current.text(pattern))
    except (ValueError, OverflowError):
        return str(value)


def _waiting(since: str | datetime | None, now: datetime) -> str:
    """How long something has waited, in days and hours: nobody decides by minutes."""
    if since is None:
        return ""
    days, hours = divmod(max(0, int((now - (moment(since) if isinstance(since, str) else since)).total_seconds() // 3600)), 24)
    if days:
        return current.text("wait.days", n=days, hours=hours)
    return current.text("wait.hours", n=hours) if hours else current.text("wait.short")


def _problem_text(code: str, what: str, details: dict[str, Any] | None = None) -> str:
    """``title``, ``detail`` or ``next`` of a problem, in the request's language."""
    spoken = {name: _moment(value) if isinstance(value, datetime) else value for name, value in (details or {}).items()}
    return texts.text_with_gaps(current.language(), "problem", f"{code}.{what}", spoken)


def _render_error(error: Exception) -> AnyResponse:
    """Every refusal and every fault, in one shape: RFC 9457 under ``/api/``, a page elsewhere."""
    if isinstance(error, (BadHost, SecurityError)):
        return Response(status=400)  # a host that is none, or not ours, leaves no address to link to
    if isinstance(error, HTTPException) and (error.code or 0) < 400:
        return error.get_response()
    problem = _as_problem(error)
    if request.path.startswith("/api/"):
        response = _problem_document(problem)
    elif problem.code == "not_signed_in" and request.method == "GET":
        return redirect(url_for("session.sign_in", next=request.full_path.rstrip("?")))
    else:
        response = Response(render_template("problem.html", code=problem.code, status=problem.status, problem=problem,
                                            request_id=request_log.request_id(), came_from=came_from()))
    response.status_code = problem.status
    response.headers.update(retry_after(problem, current.now()))
    if isinstance(error, HTTPException):
        response.headers.extend(h for h in error.get_headers() if h[0] in ("Allow", "Retry-After"))
    return response


def _as_problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException) and 400 <= (error.code or 0) < 500:
        return Problem(HTTP_CODES.get(error.code or 0, "bad_request"))
    if disk.is_full(error):  # wherever it was met, also outside a write: nothing was kept
        return Problem("storage_full")
    request_log.fault(error)
    return Problem("internal")


def _problem_document(problem: Problem) -> Response:
    response = jsonify({
        "type": f"/problems/{problem.code}", "title": _problem_text(problem.code, "title", problem.details),
        "status": problem.status, "detail": _problem_text(problem.code, "detail", problem.details),
        "code": problem.code, "next": _problem_text(problem.code, "next", problem.details),
        "instance": f"urn:fieldcheck:request:{request_log.request_id()}",
    })
    response.mimetype = "application/problem+json"
    return response


def _add_headers(response: Response) -> Response:
    """Security headers on everything; pages are never kept, bundles (their names carry a hash) for a year."""
    if current.config().demo:
        response.headers.setdefault("Content-Security-Policy", DEMO_CONTENT_SECURITY_POLICY)
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if current.secure():
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint == "static":
        bundled = request.path.startswith("/static/dist/") and "-" in request.path
        response.headers["Cache-Control"] = (
            f"public, max-age={BUNDLES_LAST_S}, immutable" if bundled and response.status_code < 400 else "no-cache")
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
