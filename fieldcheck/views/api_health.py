"""Liveness and figures for whoever runs the server. Nothing here names a person or a place."""

from __future__ import annotations

from hmac import compare_digest

from flask import Blueprint, Response, jsonify, request

from ..store import figures
from ..times import written
from . import current
from .access import or_machine, permits
from .counters import exposition

bp = Blueprint("api_health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """200 while the database answers."""
    figures.alive(current.database())
    return jsonify(status="ok")


def _is_prometheus() -> bool:
    token = current.config().metrics_token
    return token is not None and compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())


@bp.get("/metrics")
@permits("devices")
@or_machine(_is_prometheus)
def metrics() -> Response:
    """Counters in Prometheus' text format 0.0.4: for who may see devices, and for whoever brings the token of the setting.

    Being on the same computer opens nothing: behind a proxy everybody is.
    """
    told = exposition(current.counters(), current.database(), current.config().data, written(current.now()))
    return Response(told, mimetype="text/plain; version=0.0.4")
