"""Coverage (覆盖) of a round: one row a township that has visits, kept current visit by visit."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Mapping

from sqlite_utils import Database

from ..rules import coverage as coverage_rules
from ..rules.evidence import beijing_day
from ..times import moment
from . import devices, registers, rounds


def refold(db: Database, round_id: str, unit: str) -> None:
    """Make the township's row anew from the visits that claim it."""
    visits = visits_of(db, round_id, unit)
    reason = rounds.units(db, round_id).get(unit)
    # What is kept is a fold and depends on no clock: whether it is stale is asked when it is shown.
    found = coverage_rules.coverage_of_unit(reason, visits, _params(db, round_id), None)
    db.execute("INSERT OR REPLACE INTO coverage (round, unit, status, doc) VALUES (?, ?, ?, ?)",
               [round_id, unit, found["status"], json.dumps(found, ensure_ascii=False, sort_keys=True)])
    if not visits:
        db.execute("DELETE FROM coverage WHERE round = ? AND unit = ?", [round_id, unit])


def visits_of(db: Database, round_id: str, unit: str) -> list[dict[str, Any]]:
    """The summaries (``rules/coverage.py``) of the visits that claim a township, earliest first."""
    rows = db.execute("SELECT summary FROM visits WHERE round = ? AND unit = ? ORDER BY opened_at, visit", [round_id, unit])
    return [json.loads(row[0]) for row in rows]


def status_of(db: Database, round_id: str, unit: str) -> str:
    """The status of one township as it is kept; it depends on no clock."""
    row = db.execute("SELECT status FROM coverage WHERE round = ? AND unit = ?", [round_id, unit]).fetchone()
    return row[0] if row else "unvisited"


def version(db: Database, round_id: str, day: str) -> str:
    """Changes whenever ``coverage`` would: the day in Beijing, the log's length, the photos held, what phones last said."""
    row = db.execute(
        """SELECT (SELECT coalesce(max(log_index), 0) FROM segments), (SELECT count(*) FROM photos WHERE state = 'verified' AND code IS NULL),
           (SELECT coalesce(max(at), '') FROM device_states)""").fetchone()
    return "-".join(str(value) for value in (round_id, day, *row))


def coverage(db: Database, round_id: str, at: str) -> dict[str, Any] | None:
    """The GeoJSON FeatureCollection of ``GET /api/v1/coverage`` (``docs/protocol.md`` §5), or ``None``: no such round.

    Outlines are simplified for the screen; ``boundary_error_m`` in metres says how far they may be off.
    """
    opened = rounds.round_of(db, round_id)
    if opened is None:
        return None
    visited = [row[0] for row in db.execute("SELECT unit FROM coverage WHERE round = ?", [round_id])]
    return coverage_from(db, opened, {unit: visits_of(db, round_id, unit) for unit in visited}, at)


def coverage_from(db: Database, opened: dict[str, Any], claimed: Mapping[str, list[dict[str, Any]]], at: str) -> dict[str, Any]:
    """The same from these visits of the round by township, as they stood at ``at``."""
    round_id, units = opened["round"], rounds.units(db, opened["round"])
    today = date.fromisoformat(beijing_day(moment(at)))
    verified = _verified_photos(db, round_id)
    features = []
    for township in registers.townships(db, opened["register"]):
        if township["unit"] not in units:
            continue
        visits = claimed.get(township["unit"], [])
        found = coverage_rules.coverage_of_unit(units[township["unit"]], visits, opened["params"], today)
        features.append(_feature(township, found, visits, verified))
    return {
        "type": "FeatureCollection", "round": {"id": round_id, "name": opened["name"], "ends": opened["ends"]},
        "features": features, "counts": _counts(features), "unsent": devices.unsent(db), "made_at": at,
        "attribution": registers.attribution(db, opened["register"]),
        "excluded": [{"unit": f["properties"]["unit"], "name": f["properties"]["name"],
                      "reason": units[f["properties"]["unit"]]}
                     for f in features if f["properties"]["status"] == "excluded"],
    }


def _feature(township: dict[str, Any], found: dict[str, Any], visits: list[dict[str, Any]],
             verified: dict[str, int]) -> dict[str, Any]:
    # What was said after the seal is no photo of the visit.
    shown = [{**{name: value for name, value in visit.items() if name not in ("evidence", "phones")},
              "photos_verified": min(visit["photos"], verified.get(visit["visit"], 0))} for visit in visits]
    counts = {**found["counts"], "photos_verified": sum(v["photos_verified"] for v in shown)}
    return {
        "type": "Feature", "id": township["unit"], "geometry": township["outline_simple"],
        "properties": {
            **{name: township[name] for name in ("unit", "code", "name", "latin", "kind", "county", "county_name", "county_latin",
                                                 "boundary_error_m", "confidence")},
            "status": found["status"], "flags": found["flags"], "reasons": found["reasons"],
            "rules": _best_rules(visits), "visits": shown, "counts": counts},
    }


def _best_rules(visits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    # One visit must meet every rule by itself, so the township shows the sealed visit that comes nearest.
    sealed = [visit["rules"] for visit in visits if visit["state"] in coverage_rules.LOOKED_AT]
    return max(sealed, key=lambda rules: sum(rule["result"] == "pass" for rule in rules), default=[])


def _verified_photos(db: Database, round_id: str) -> dict[str, int]:
    return dict(db.execute(
        """SELECT c.visit, count(DISTINCT c.photo) FROM visits v JOIN photo_claims c ON c.visit = v.visit
           JOIN devices d ON d.device = c.device AND d.team IS v.team
           JOIN photos p ON p.sealed_sha256 = c.sealed_sha256 AND p.state = 'verified' AND p.code IS NULL
           WHERE v.round = ? GROUP BY c.visit""", [round_id]).fetchall())


def _params(db: Database, round_id: str) -> dict[str, Any]:
    opened = rounds.round_of(db, round_id)
    return opened["params"] if opened else {}


def _counts(features: list[dict[str, Any]]) -> dict[str, int]:
    counts = {status: 0 for status in coverage_rules.STATUSES}
    for feature in features:
        counts[feature["properties"]["status"]] += 1
    return {"in_scope": len(features) - counts["excluded"], **counts}
