"""Photos for the review page: small upright copies without metadata, opened for this answer and kept by nobody."""

from __future__ import annotations

import re

from flask import Blueprint, Response

from ..actions.show_photo import open_preview
from ..pictures import PREVIEW_EDGES
from ..problems import Problem
from . import current
from .access import permits
from .looks import looked_at

bp = Blueprint("desk_photos", __name__)

_EDGES = {str(edge): edge for edge in PREVIEW_EDGES}
_HASH = re.compile(r"[0-9a-f]{64}")


@bp.get("/desk/photos/<sealed_sha256>/<edge>")
@permits("visit")
@looked_at("photo", "sealed_sha256")
def show(sealed_sha256: str, edge: str) -> Response:
    """A verified photo, at most ``edge`` pixels wide and high; the browser is told not to keep it."""
    if edge not in _EDGES or not _HASH.fullmatch(sealed_sha256):
        raise Problem("not_found")
    jpeg = open_preview(current.database(), current.config().data, sealed_sha256, _EDGES[edge])
    return Response(jpeg, mimetype="image/jpeg")
