"""The coverage certificate (覆盖凭证) of a round: as the signed file, and as pages to print beside it."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, render_template

from ..actions.certify_coverage import certify_coverage
from ..actions.verify_certificate import read_certificate
from ..rules.coverage import STATUSES
from . import current
from .access import permits

bp = Blueprint("desk_certificates", __name__)


def _certificate(round_id: str) -> tuple[bytes, dict[str, Any], str]:
    file = json.dumps(certify_coverage(current.database(), current.keys(), round_id, current.now()), indent=1).encode() + b"\n"
    read = read_certificate(file)
    return file, read.claims, read.signer


@bp.get("/desk/rounds/<round_id>/certificate")
@permits("coverage")
def page(round_id: str) -> str:
    """Everything that the file says, to print; hashes shortened, the file has them whole."""
    _file, claims, signer = _certificate(round_id)
    by_status = {status: [one for one in claims["townships"] if one["status"] == status] for status in STATUSES}
    names = {one["unit"]: one["name"] for one in claims["townships"]}
    return render_template("desk/rounds/certificate.html", claims=claims, signer=signer, by_status=by_status, names=names)


@bp.get("/desk/rounds/<round_id>/certificate.json")
@permits("coverage")
def as_file(round_id: str) -> Response:
    """The signed file (``docs/coverage-certificate.md``)."""
    file, claims, _signer = _certificate(round_id)
    answer = Response(file, mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=f"coverage-certificate-{claims['date']}.json")
    return answer
