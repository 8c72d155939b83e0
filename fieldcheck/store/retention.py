"""What is kept of whom, found without opening any of it: by round, by visit, by household number."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Iterator, NamedTuple

from sqlite_utils import Database

from sync.message import parse_line
from sync.private import FIELD_SUFFIX

from ..rules.faults import parse_time
from ..rules.retention import Keep, Rule, due, rule_of
from . import holds, log, private_records


class Named(NamedTuple):
    """A private record as a line names it; ``household`` where the line is about one."""

    digest: str
    field: str
    household: str | None


class Due(NamedTuple):
    """What of one visit is to be erased under one rule; ``held`` says how much of it a hold keeps."""

    round: str
    visit: str
    rule: Rule
    records: list[str]
    photos: list[str]
    held: int


def closed_rounds(db: Database) -> dict[str, datetime]:
    """When each closed round was closed, as the log says it."""
    told = ((body.get("round"), parse_time(at)) for body, at in log.bodies_of(db, "round.closed"))
    return {str(one): at for one, at in told if at is not None}


def what_is_due(db: Database, keep: Keep, now: datetime) -> Iterator[Due]:
    """Everything whose time is over and that is still here, visit by visit."""
    come = due(closed_rounds(db), keep, now)
    over = [round_id for round_id, rule in come if rule == "photos"]
    for round_id, rule in come:
        for visit in _visits_with(db, round_id, rule):
            found = _photos(db, visit) if rule == "photos" else _records(db, visit, rule)
            if not found:
                continue
            free = [] if holds.hold_on(db, visit) else [one for one in found if not _must_stay(db, one, over)]
            photos, records = (free, []) if rule == "photos" else ([], free)
            yield Due(round_id, visit, rule, records, photos, len(found) - len(free))


def records_of_visit(db: Database, visit: str) -> list[Named]:
    """Every private record that a line of the visit names, once each, in the order of the log."""
    found: dict[str, Named] = {}
    for _chain, _seq, line, _at in log.messages_of_visit(db, visit):
        body = (parse_line(line) or {}).get("body")
        household = body.get("household") if isinstance(body, dict) else None
        for field, digest in _fields(body):
            found.setdefault(digest, Named(digest, field, household if isinstance(household, str) else None))
    return list(found.values())


def household_records(db: Database, private: bytes, visit: str, household: str) -> list[dict[str, Any]]:
    """What is kept of one household, opened: digest, field, how it stands, and its words, ``None`` where they were erased."""
    named = [one for one in records_of_visit(db, visit) if one.household == household]
    return [{"digest": one.digest, "field": one.field, "standing": private_records.standing(db, one.digest) or {},
             "words": _words(private_records.read(db, private, one.digest))} for one in named]


def _words(record: str | None) -> Any:
    return None if record is None else json.loads(record)["value"]


def households(db: Database, round_id: str, number: int) -> list[dict[str, Any]]:
    """The households of a round that carry this number, each with its visit's township and team; newest visit first."""
    return list(db.query(
        """SELECT v.visit, v.unit, v.team, v.opened_at, one.value ->> 'household' AS household,
           one.value ->> 'type' AS type, one.value ->> 'outcome' AS outcome
           FROM visits v, json_each(v.doc, '$.households') one
           WHERE v.round = ? AND one.value ->> 'number' = ? ORDER BY v.opened_at DESC, v.visit, household""",
        [round_id, number]))


def _visits_with(db: Database, round_id: str, rule: Rule) -> list[str]:
    held = ("""SELECT c.visit FROM photo_claims c JOIN photos p USING (sealed_sha256)
               WHERE p.erased_at IS NULL AND p.state <> 'refused'""" if rule == "photos" else
            """SELECT m.visit FROM private_records r JOIN messages m USING (log_index)
               LEFT JOIN corrections c ON c.hash = r.hash WHERE r.sealed IS NOT NULL OR c.sealed IS NOT NULL""")
    rows = db.execute(f"SELECT visit FROM visits WHERE round = ? AND visit IN ({held}) ORDER BY visit", [round_id])
    return [row[0] for row in rows.fetchall()]


def _photos(db: Database, visit: str) -> list[str]:
    rows = db.execute(
        """SELECT DISTINCT sealed_sha256 FROM photo_claims c JOIN photos p USING (sealed_sha256)
           WHERE c.visit = ? AND p.erased_at IS NULL AND p.state <> 'refused' ORDER BY sealed_sha256""", [visit])
    return [row[0] for row in rows.fetchall()]


def _must_stay(db: Database, one: str, over: list[str]) -> bool:
    """Whether a photo is held, or is evidence of another visit too that is held or whose time is not over."""
    return holds.hold_on(db, one) is not None or db.execute(
        """SELECT 1 FROM photo_claims c JOIN visits v USING (visit) WHERE c.sealed_sha256 = ? AND
           (v.round IS NULL OR v.round NOT IN (SELECT value FROM json_each(?)) OR v.visit IN (SELECT subject FROM holds))""",
        [one, json.dumps(over)]).fetchone() is not None


def _records(db: Database, visit: str, rule: Rule) -> list[str]:
    named = [one.digest for one in records_of_visit(db, visit) if rule_of(one.field) == rule]
    rows = db.execute(
        """SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM private_records WHERE hash = value AND sealed IS NOT NULL)
           OR EXISTS (SELECT 1 FROM corrections WHERE hash = value AND sealed IS NOT NULL)""", [json.dumps(named)])
    return [row[0] for row in rows.fetchall()]


def _fields(body: Any) -> Iterator[tuple[str, str]]:
    if isinstance(body, dict):
        for key, value in body.items():
            if key.endswith(FIELD_SUFFIX) and isinstance(value, str):
                yield key, value
            else:
                yield from _fields(value)
    elif isinstance(body, list):
        for item in body:
            yield from _fields(item)
