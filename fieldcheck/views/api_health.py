"""Liveness and figures for whoever runs the server. Nothing here names a person or a place."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from ..store import figures
from . import current
from .access import permits

bp = Blueprint("api_health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """200 while the database answers."""
    figures.alive(current.database())
    return jsonify(status="ok")


@bp.get("/metrics")
@permits("devices")
def metrics() -> Response:
    """Counters in Prometheus' text format 0.0.4."""
    rows = figures.figures(current.database())
    lines = [f"# TYPE fieldcheck_{name} gauge\nfieldcheck_{name} {value}" for name, value in sorted(rows.items())]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")
