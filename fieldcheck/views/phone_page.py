"""The phone's shell: one empty page, its service worker and its manifest. No user's content is in any of them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, jsonify, make_response, render_template, send_file, url_for

from ..shipped import shipped
from . import current

bp = Blueprint("phone_page", __name__)

SCOPE = "/phone/"


@bp.get(SCOPE)
def page() -> Response:
    """The shell that the bundle fills; the same bytes for everybody who reads the same language."""
    response = make_response(render_template("phone/index.html"))
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


@bp.get("/sw.js")
def service_worker() -> Response:
    """The service worker, from the root so that it may serve ``/phone/``; browsers must always ask for it anew."""
    name = current_app.extensions["fieldcheck_assets"].get("sw.js", "sw.js")
    path = shipped("static") / "dist" / name
    if not path.is_file():
        abort(404)
    response = send_file(path, mimetype="text/javascript", max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/"
    return response


@bp.get("/manifest.webmanifest")
def webmanifest() -> Response:
    """What an installed app is called: a neutral name (走访记录) and a neutral sign."""
    icons = [
        {"src": url_for("static", filename=f"icons/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png",
         "purpose": purpose}
        for size in (192, 512) for purpose in ("any", "maskable")
    ]
    response = jsonify({
        "id": SCOPE, "name": current.text("phone_name"), "short_name": current.text("phone_name"),
        "lang": current.text("html_lang"), "start_url": SCOPE, "scope": SCOPE, "display": "standalone",
        "orientation": "any", "background_color": "#FBFAF6", "theme_color": "#FBFAF6", "icons": icons,
    })
    response.mimetype = "application/manifest+json"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response
