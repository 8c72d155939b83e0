"""Visits (走访): folds of their messages, the place test and the rules included."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from sync.fork import device_of

from ..rules import coverage as coverage_rules
from ..rules.place import Fix, Place, PlaceParams, place_of_visit
from ..rules.visit import Line, fold_visit, of_one_team
from . import coverage, devices, log, registers, rounds

PHOTO_FIELDS = ("sealed_sha256", "photo", "sha256", "size", "key", "mime", "width", "height", "kind")
NO_PLACE = Place("nofix", None, (), ("round_unknown",), 0, ())
"""A visit that names no round known here: there is nothing to hold its fixes against."""


def fold_photo_claim(db: Database, chain: str, visit: str, body: dict[str, Any]) -> None:
    """What a ``photo.taken`` promises about bytes that travel on their own."""
    db.execute(
        """INSERT OR IGNORE INTO photo_claims (sealed_sha256, photo, sha256, size, key, mime, width, height, kind,
           visit, device) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [*(body[name] for name in PHOTO_FIELDS), visit, device_of(chain)])


def refold(db: Database, visit: str) -> None:
    """Make the visit's row anew from its messages, and the coverage of the townships it touches.

    Costs what this visit and this township hold, never what the round holds.
    """
    before = find(db, visit)
    doc = _folded(db, visit)
    doc["place"] = _place(db, doc)
    doc["rules"] = coverage_rules.rules_of_visit(doc, doc["place"]["result"])
    db.execute(
        """INSERT OR REPLACE INTO visits (visit, round, unit, team, state, opened_at, summary, doc)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [visit, doc["round"], doc["unit"], doc["team"], doc["state"], doc["opened_at"],
         _json(coverage_rules.summary_of_visit(doc)), _json(doc)])
    touched = {(doc["round"], doc["unit"]), (before["round"], before["unit"]) if before else (None, None)}
    for round_id, unit in sorted(t for t in touched if None not in t):
        coverage.refold(db, round_id, unit)


def _folded(db: Database, visit: str) -> dict[str, Any]:
    lines = [Line(*line) for line in log.messages_of_visit(db, visit)]
    own, team = of_one_team(lines, devices.teams(db, {device_of(line.chain) for line in lines}))
    doc = fold_visit(visit, own)
    doc["foreign"] = len(lines) - len(own)
    if doc["opened_at"] is not None:
        doc["team"] = team  # the phone's own, whatever its app says
    return doc


def find(db: Database, visit: str) -> dict[str, Any] | None:
    """The folded document of one visit."""
    row = db.execute("SELECT doc FROM visits WHERE visit = ?", [visit]).fetchone()
    return json.loads(row[0]) if row else None


def flags(db: Database, visit: str) -> list[dict[str, Any]]:
    """What is odd about the visit's messages: chain, seq and flag."""
    return list(db.query("SELECT chain, seq, flag FROM message_flags WHERE visit = ? ORDER BY chain, seq, flag", [visit]))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _place(db: Database, doc: dict[str, Any]) -> dict[str, Any]:
    opened = rounds.round_of(db, doc["round"]) if doc["round"] else None
    if opened is None:
        return {**asdict(NO_PLACE), "unit": doc["unit"]}
    fixes = [Fix.of(body, body["at"]) for body in doc["fixes"]]
    params = PlaceParams.of(opened["params"])
    areas = registers.areas(db, opened["register"], params.border_out_m)
    return asdict(place_of_visit(fixes, doc["unit"], areas, params))
