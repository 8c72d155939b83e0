"""Findings (问题) that the command office confirmed and handed over: a fold of the desk acts finding.*.

Two readers, two functions: ``of_round`` for whoever sees everything, ``released_to`` for a county, which gets nothing else.
"""

from __future__ import annotations

import json
from typing import Any, Mapping

from sqlite_utils import Database

from ..problems import Problem
from ..rules.hand_over import Released, day, household_told
from ..times import moment
from . import private_records, registers, rounds, visits


def fold_confirmed(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act finding.confirmed; confirmed again before it is handed over, the later words stand."""
    db.execute(
        """INSERT INTO findings (finding, visit, severity, a9, summary_private, confirmed_at) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (finding) DO UPDATE SET severity = excluded.severity, a9 = excluded.a9,
           summary_private = excluded.summary_private, confirmed_at = excluded.confirmed_at WHERE handed_over_at IS NULL""",
        [body["finding"], body["visit"], body["severity"], body["a9"], body["summary_private"], at])


def fold_handed_over(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act finding.handed_over; the number counts within the county."""
    db.execute(
        """UPDATE findings SET county = ?1, disclosure = ?2, urgent = ?3, embargo_until = ?4, handed_over_at = ?5,
           number = (SELECT coalesce(max(number), 0) + 1 FROM findings WHERE county = ?1)
           WHERE finding = ?6 AND handed_over_at IS NULL""",
        [body["county"], body["disclosure"], int(body["urgent"]), body["embargo_until"], at, body["finding"]])


def fold_signed_for(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act finding.signed_for; the first one counts."""
    db.execute("UPDATE findings SET signed_at = ? WHERE finding = ? AND county = ? AND signed_at IS NULL",
               [at, body["finding"], body["county"]])


def find(db: Database, finding: str) -> dict[str, Any] | None:
    """What the office decided on this finding, or ``None`` while it decided nothing."""
    return next(iter(db.query("SELECT * FROM findings WHERE finding = ?", [finding])), None)


def noted(db: Database, finding: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The note of this id in an accepted visit, and the visit's document.

    :raises Problem: ``finding_unknown``, also while its visit is not accepted: a county hears of nothing unreviewed.
    """
    rows = db.execute(
        """SELECT v.doc, n.value FROM visits v, json_each(v.doc, '$.notes') n
           WHERE v.state = 'accepted' AND n.value ->> 'note' = ? AND n.value ->> 'kind' = 'finding'""", [finding])
    row = rows.fetchone()
    if row is None:
        raise Problem("finding_unknown")
    return json.loads(row[1]), visits.parsed(row[0])


def county_of(db: Database, doc: Mapping[str, Any]) -> str:
    """The county (internal id) of the township that the visit counts for.

    :raises Problem: ``unit_unknown``.
    """
    opened = rounds.round_of(db, doc["round"]) if doc["round"] else None
    try:
        return str(registers.named(db, opened["register"], doc["counts_for"])["parent"]) if opened else ""
    except LookupError:
        raise Problem("unit_unknown") from None


def of_round(db: Database, private: bytes, round_id: str) -> list[dict[str, Any]]:
    """Every finding of the round's accepted visits: the note, its ``fact``, ``unit_name``, ``county_name``, ``type`` and
    ``number_at_home`` of its household, and ``decided`` (``find``) with ``summary``; undecided ones first.
    """
    opened = rounds.round_of(db, round_id)
    rows = db.execute(
        """SELECT v.doc, n.value FROM visits v, json_each(v.doc, '$.notes') n
           WHERE v.round = ? AND v.state = 'accepted' AND n.value ->> 'kind' = 'finding' ORDER BY v.visit, n.key""", [round_id])
    found = []
    for doc, note in rows.fetchall():
        note, doc = json.loads(note), visits.parsed(doc)
        decided = find(db, note["note"])
        found.append({**note, "visit": doc["visit"], "decided": decided, "fact": _value(db, private, note["fact_private"]),
                      "summary": _value(db, private, decided["summary_private"]) if decided else None,
                      **_named(db, opened, doc)})
    return sorted(found, key=lambda one: bool(one["decided"]) + bool(one["decided"] and one["decided"]["handed_over_at"]))


def released_to(db: Database, private: bytes, county: str, now: str) -> list[Released]:
    """What this county was handed and may see by now, the newest first; nothing else is even read."""
    rows = db.query("SELECT * FROM findings WHERE county = ? AND embargo_until <= ? ORDER BY number DESC", [county, now])
    return [released for row in rows if (released := _released(db, private, row)) is not None]


def any_released_to(db: Database, county: str | None, now: str) -> bool:
    """Whether this county may see anything by now; an account without a county never does."""
    return db.execute("SELECT 1 FROM findings WHERE county = ? AND embargo_until <= ? LIMIT 1",
                      [county, now]).fetchone() is not None


def handed_over(db: Database, county: str, number: int, now: str) -> str:
    """The id of a county's finding by its number there.

    :raises Problem: ``finding_unknown``, also while its embargo runs.
    """
    row = db.execute("SELECT finding FROM findings WHERE county = ? AND number = ? AND embargo_until <= ?",
                     [county, number, now]).fetchone()
    if row is None:
        raise Problem("finding_unknown")
    return str(row[0])


def _released(db: Database, private: bytes, row: Mapping[str, Any]) -> Released | None:
    try:
        note, doc = noted(db, row["finding"])
    except Problem:
        return None  # its visit is accepted no longer
    opened = rounds.round_of(db, doc["round"])
    village = _village(db, opened, doc)
    household = next((one for one in doc["households"] if one["household"] == note.get("household")), None)
    told = household_told(row["disclosure"], household, village.get("listed_households"))
    return Released(
        row["number"], village.get("name") or _named(db, opened, doc)["unit_name"], told,
        told is None and row["disclosure"] == "household_number", _value(db, private, row["summary_private"]), row["a9"],
        row["severity"], day(moment(row["embargo_until"]) if row["urgent"] else moment(row["handed_over_at"])),
        day(moment(row["signed_at"])) if row["signed_at"] else None)


def _village(db: Database, opened: Mapping[str, Any] | None, doc: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return registers.unit(db, opened["register"], doc["village"]) if opened and doc["village"] else {}
    except LookupError:
        return {}


def _named(db: Database, opened: Mapping[str, Any] | None, doc: Mapping[str, Any]) -> dict[str, Any]:
    try:
        unit = registers.named(db, opened["register"], doc["counts_for"]) if opened else {}
        county = registers.named(db, opened["register"], unit["parent"]) if opened and unit else {}
    except LookupError:
        unit, county = {}, {}
    return {"unit_name": unit.get("name", ""), "unit_latin": unit.get("latin"), "county_name": county.get("name", ""),
            "county_latin": county.get("latin")}


def _value(db: Database, private: bytes, digest: str) -> Any:
    record = private_records.read(db, private, digest)
    return json.loads(record)["value"] if record else None
