"""What this program is made of, whose data it shows, and what each refusal means."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, abort, render_template

from .. import __version__
from ..problems import PROBLEMS
from ..shipped import shipped
from .access import signed_in

bp = Blueprint("about", __name__)


@lru_cache(maxsize=1)
def licences() -> list[dict[str, Any]]:
    """The bundled packages with their licences, as the build wrote them; empty before the first build."""
    try:
        found = json.loads((shipped("static") / "dist" / "licences.json").read_text("utf-8"))
    except FileNotFoundError:
        return []
    return list(found)


@bp.get("/about")
def page() -> str:
    """Version, sources of the map, licences of what is bundled."""
    return render_template("about.html", version=__version__, licences=licences())


@bp.get("/problems/<code>")
def problem_page(code: str) -> str:
    """What a problem document's ``type`` points to: the refusal in words."""
    if code not in PROBLEMS:
        abort(404)
    return render_template("problem.html", code=code, status=PROBLEMS[code], problem=None)


@bp.get("/parts")
@signed_in
def parts() -> str:
    """What the phone's screens are built of, drawn by their own scripts, for those who change screens.

    For whoever has an account, and in a demonstration for anybody; it knows nothing of the inspection.
    """
    return render_template("parts.html")
