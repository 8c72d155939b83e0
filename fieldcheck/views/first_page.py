"""The first page: one door to the desk, one to the phone. It shows nothing that the inspection knows."""

from __future__ import annotations

from flask import Blueprint, render_template

bp = Blueprint("first_page", __name__)


@bp.get("/")
def page() -> str:
    """Two doors; the desk's leads through signing in."""
    return render_template("first_page.html")
