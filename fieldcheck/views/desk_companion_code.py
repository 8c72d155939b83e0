"""An inspector's own short code (同行人短码): a new one on asking, shown once and kept nowhere in clear."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_login import current_user

from ..actions.new_companion_code import new_companion_code
from . import current
from .access import permits

bp = Blueprint("desk_companion_code", __name__)


@bp.post("/desk/companion-code")
@permits("visit", within=("own_team",))
def make() -> str:
    """A new code for whoever is signed in and belongs to a team; nobody makes somebody else's."""
    code = new_companion_code(current.database(), current_user.id, current.now())
    return render_template("desk/companion_code.html", code=code)
