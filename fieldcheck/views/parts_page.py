"""The page ``/parts``: what the phone's screens are built of, drawn by their own scripts. It knows nothing of the inspection."""

from __future__ import annotations

from flask import Blueprint, render_template

from .access import signed_in

bp = Blueprint("parts_page", __name__)


@bp.get("/parts")
@signed_in
def page() -> str:
    """For whoever has an account, and in a demonstration for anybody: it is for those who change screens."""
    return render_template("parts.html")
