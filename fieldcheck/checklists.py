"""The checklists (检查单) that ship with the program, by version. A round freezes one of them."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping

FOLDER = Path(__file__).resolve().parent / "checklist_data"
CURRENT = "2026-1"


@lru_cache(maxsize=None)
def checklist(version: str = CURRENT) -> Mapping[str, Any]:
    """The checklist of that version (schema ``fieldcheck.checklist/1``).

    :raises LookupError: this program does not ship it.
    """
    if version not in versions():
        raise LookupError(version)
    return json.loads((FOLDER / f"{version}.json").read_text("utf-8"))


def versions() -> tuple[str, ...]:
    """Every version that ships."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
