"""What is kept of the townships of a round: one row each that has visits, made anew when one of its visits or photos changes.

A row holds everything that the township shows, so an answer costs what changed and never what the round holds
(``store/coverage.py``). ``coverage_changes`` numbers the changes of a round; triggers keep it, so nothing can forget to.
"""

from __future__ import annotations

import json
from typing import Any, Mapping, NamedTuple, Sequence

from sqlite_utils import Database

from ..rules import coverage as coverage_rules
from . import round_editions, rounds


REBUILT = ""
"""In place of a round's id: how often the whole log was folded anew."""


class Row(NamedTuple):
    """What one township shows. Both texts are JSON objects: ``doc`` of ``flags`` (all but ``stale``, which depends on the
    day), ``reasons``, ``counts`` and ``last_valid``; ``shown`` of ``rules`` and ``visits``.
    """

    status: str
    doc: str
    shown: str


def row_of(reason: str | None, visits: Sequence[Mapping[str, Any]], params: Mapping[str, Any], verified: Mapping[str, int],
           parts: Sequence[str] = ()) -> Row:
    """The row of a township by the summaries of its visits.

    :param reason: why the round does not count it; ``None``: it does.
    :param verified: how many photos of each visit are held and verified.
    :param parts: of a merged township, ``coverage_rules.judge_merged``.
    """
    found = coverage_rules.coverage_of_unit(reason, visits, params, None, parts)
    # What was said after the seal is no photo of the visit.
    shown = [{**{name: value for name, value in visit.items() if name not in ("evidence", "phones")},
              "photos_verified": min(visit["photos"], verified.get(visit["visit"], 0))} for visit in visits]
    counts = {**found["counts"], "photos_verified": sum(visit["photos_verified"] for visit in shown)}
    covered = found["status"] in ("covered", "covered_both")
    last_valid = coverage_rules.last_valid(visits, params, parts) if covered else None
    doc = {"flags": found["flags"], "reasons": found["reasons"], "counts": counts, "last_valid": last_valid}
    return Row(found["status"], _json(doc), _json({"rules": _best_rules(visits), "visits": shown}))


def refold(db: Database, round_id: str, unit: str) -> None:
    """Make the township's row anew from the visits that claim it and the photos that are here."""
    visits = visits_of(db, round_id, unit)
    if not visits:
        db.execute("DELETE FROM coverage WHERE round = ? AND unit = ?", [round_id, unit])
        return
    made = _made(db, rounds.round_of(db, round_id), round_id, unit, visits)
    db.execute("INSERT OR REPLACE INTO coverage (round, unit, status, doc, shown) VALUES (?, ?, ?, ?, ?)", [round_id, unit, *made])


def refold_of_photo(db: Database, sealed_sha256: str) -> None:
    """After a verdict on a photo: the townships of the visits that claim it."""
    claimed = db.execute(
        """SELECT DISTINCT v.round, v.unit FROM photo_claims c JOIN visits v ON v.visit = c.visit
           WHERE c.sealed_sha256 = ? AND v.round IS NOT NULL AND v.unit IS NOT NULL ORDER BY 1, 2""", [sealed_sha256])
    for round_id, unit in claimed.fetchall():
        refold(db, round_id, unit)


def _made(db: Database, opened: Mapping[str, Any] | None, round_id: str, unit: str, visits: Sequence[Mapping[str, Any]]) -> Row:
    return row_of(rounds.reason_of(db, round_id, unit), visits, opened["params"] if opened else {},
                  verified_photos(db, round_id, unit), round_editions.parts(db, round_id).get(unit, ()))


def visits_of(db: Database, round_id: str, unit: str) -> list[dict[str, Any]]:
    """The summaries (``rules/coverage.py``) of the visits that claim a township, earliest first."""
    rows = db.execute("SELECT summary FROM visits WHERE round = ? AND unit = ? ORDER BY opened_at, visit", [round_id, unit])
    return [json.loads(row[0]) for row in rows]


def row(db: Database, opened: Mapping[str, Any], unit: str) -> Row | None:
    """The row of one township of a round; ``None``: nobody was there."""
    kept = db.execute("SELECT status, doc, shown FROM coverage WHERE round = ? AND unit = ?", [opened["round"], unit]).fetchone()
    return kept and _whole(db, opened, unit, Row(*kept))


def _whole(db: Database, opened: Mapping[str, Any], unit: str, kept: Row) -> Row:
    # A row that an earlier version folded shows less; it stays until the log is folded anew.
    return kept if kept.shown is not None else _made(db, opened, opened["round"], unit, visits_of(db, opened["round"], unit))


def changed_since(db: Database, opened: Mapping[str, Any], number: int) -> list[tuple[str, int, str | None, str]]:
    """The townships that changed after the change of that number: unit, number, and status and ``doc`` of its row now.

    The status is ``None`` where there is no row any more. 0 is before all of them.
    """
    rows = db.execute(
        """SELECT k.unit, k.number, c.status, c.doc, c.shown IS NULL FROM coverage_changes k
           LEFT JOIN coverage c ON c.round = k.round AND c.unit = k.unit
           WHERE k.round = ? AND k.number > ?""", [opened["round"], number]).fetchall()
    found = []
    for unit, at, status, doc, lacks in rows:
        if status is not None and lacks:
            status, doc, _shown = _whole(db, opened, unit, Row(status, doc, None))  # type: ignore[arg-type]
        found.append((unit, at, status, doc))
    return found


def last_change(db: Database, round_id: str) -> int:
    """The number of the last change of any township of the round; 0: there was none."""
    return db.execute("SELECT coalesce(max(number), 0) FROM coverage_changes WHERE round = ?", [round_id]).fetchone()[0]


def note_rebuilt(db: Database) -> None:
    """Say that every fold was made anew, so that nothing is shown from what was remembered of the old ones."""
    db.execute("INSERT OR REPLACE INTO coverage_changes (round, unit, number) VALUES (?, '', ?)",
               [REBUILT, last_change(db, REBUILT) + 1])


def shown(db: Database, opened: Mapping[str, Any]) -> dict[str, str]:
    """``shown`` of every row of the round. Costs what all its visits hold."""
    rows = db.execute("SELECT unit, status, doc, shown FROM coverage WHERE round = ?", [opened["round"]]).fetchall()
    return {unit: _whole(db, opened, unit, Row(*kept)).shown for unit, *kept in rows}


def status_of(db: Database, round_id: str, unit: str) -> str:
    """The status of one township as it is kept; it depends on no clock."""
    row = db.execute("SELECT status FROM coverage WHERE round = ? AND unit = ?", [round_id, unit]).fetchone()
    return row[0] if row else "unvisited"


def counts(db: Database, round_id: str) -> dict[str, int]:
    """How many townships of the round stand where, ``in_scope`` being all but the excluded."""
    units, excluded = db.execute("SELECT count(*), count(reason) FROM round_units WHERE round = ?", [round_id]).fetchone()
    visited = dict(db.execute(
        """SELECT c.status, count(*) FROM coverage c JOIN round_units u ON u.round = c.round AND u.unit = c.unit
           WHERE c.round = ? GROUP BY c.status""", [round_id]).fetchall())
    found = {status: visited.get(status, 0) for status in coverage_rules.STATUSES}
    found["excluded"] = excluded
    found["unvisited"] += units - sum(found.values())
    return {"in_scope": units - excluded, **found}


def verified_photos(db: Database, round_id: str, unit: str | None = None) -> dict[str, int]:
    """How many photos of each visit that ever was of the round, or is of one township of it, are held and verified."""
    ever = "v.visit IN (SELECT visit FROM visit_rounds WHERE round = ?)"
    where, values = (ever, [round_id]) if unit is None else ("v.round = ? AND v.unit = ?", [round_id, unit])
    return dict(db.execute(
        f"""SELECT c.visit, count(DISTINCT c.photo) FROM visits v JOIN photo_claims c ON c.visit = v.visit
            JOIN devices d ON d.device = c.device AND d.team IS v.team
            JOIN photos p ON p.sealed_sha256 = c.sealed_sha256 AND p.state = 'verified' AND p.code IS NULL
            WHERE {where} GROUP BY c.visit""", values).fetchall())


def _best_rules(visits: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    # One visit must meet every rule by itself, so the township shows the sealed visit that comes nearest.
    sealed = [visit["rules"] for visit in visits if visit["state"] in coverage_rules.LOOKED_AT]
    return max(sealed, key=lambda rules: sum(rule["result"] == "pass" for rule in rules), default=[])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
