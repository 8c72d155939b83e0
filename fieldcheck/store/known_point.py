"""The known point (已知点) at which phones are tested for their frame of positions. No fold: the office may move it."""

from __future__ import annotations

import json
from typing import Any, Mapping

from sqlite_utils import Database

from . import installation

NAME = "known_point"


def read(db: Database) -> dict[str, Any] | None:
    """``name``, ``lon``, ``lat`` (degrees WGS-84), or ``None`` while the office has named none."""
    kept = installation.read(db, NAME)
    return json.loads(kept) if kept else None


def keep(db: Database, point: Mapping[str, Any] | None) -> None:
    """Keep a point, or none any more."""
    installation.keep(db, NAME, json.dumps(point, ensure_ascii=False) if point else "")
