"""The record of a revealed draw (抽签记录): all that a stranger needs to draw it again (``docs/draw.md`` §5)."""

from __future__ import annotations

import json
from typing import Any, Mapping

from sqlite_utils import Database

from ..sealed_draw import open_inputs
from . import rounds


def record(db: Database, made: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a revealed draw, by its row."""
    opened = rounds.round_of(db, made["round"]) or {}
    return {"inputs": json.loads(open_inputs(made["sealed"], made["secret"])), "inputs_sha256": made["inputs"], "secret": made["secret"],
            "path": made["path"], "commitment": opened.get("draw_commitment"), "people": sorted(made["members"]), "unit": made["unit"]}


def text(document: Mapping[str, Any]) -> str:
    """As it is printed and saved: one member a line, so that it fits a page."""
    members = (f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in document.items())
    return "{\n" + ",\n".join(members) + "\n}\n"
