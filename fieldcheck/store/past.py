"""A round as it stood at an earlier length of the log: nothing is kept for it, for the log itself says it again.

Costs what the round's visits hold, so it is for explaining, certifying and looking back, never for a page that polls.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Iterable, Iterator, Mapping, NamedTuple

from sqlite_utils import Database

from ..rules import coverage as coverage_rules
from ..rules.evidence import beijing_day
from ..rules.explanation import explain_visit
from ..rules.visit import Line
from ..times import moment
from . import coverage, coverage_rows, log, registers, round_editions, rounds, visits


def visits_at(db: Database, round_id: str, size: int, unit: str | None = None) -> Iterator[tuple[str, visits.Judged]]:
    """The visits of a round by what the log's first ``size`` entries say of them, in the order of their ids, one after another:
    all at once would be much memory.

    :param unit: only those that then claimed this township.
    """
    for visit in _ever_of(db, round_id):
        lines = [Line(*line) for line in log.messages_of_visit(db, visit, size)]
        judged = visits.judged(db, visit, lines, size) if lines else None
        if judged and judged.doc["round"] == round_id and unit in (None, judged.doc["counts_for"]):
            yield visit, judged


def docs_standing(db: Database, opened: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The documents of the visits of ``standing``."""
    if opened["closed_at"] is None:
        rows = db.execute("SELECT doc FROM visits WHERE round = ? ORDER BY visit", [opened["round"]])
        return (visits.parsed(doc) for doc, in rows)
    return (judged.doc for _visit, judged in visits_at(db, opened["round"], opened["closed_size"]))


def summaries_standing(db: Database, opened: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The summaries of the visits of ``standing``; of a closed round those that ``standing`` was made from."""
    if opened["closed_at"] is None:
        rows = db.execute("SELECT summary FROM visits WHERE round = ? ORDER BY visit", [opened["round"]])
        return (json.loads(summary) for summary, in rows)
    stood = (_stood(db, visit, opened["closed_size"]) for visit in _ever_of(db, opened["round"]))
    return (one.summary for one in stood if one and one.round == opened["round"])


def _ever_of(db: Database, round_id: str) -> list[str]:
    # A line that arrives later may name another round: what a visit was then is judged from its lines of then.
    return [row[0] for row in db.execute("SELECT visit FROM visit_rounds WHERE round = ? ORDER BY visit", [round_id])]


def townships_at(db: Database, round_id: str, size: int, stood: Iterable[tuple[str | None, dict[str, Any]]],
                 day: date) -> list[dict[str, Any]]:
    """Every township-level unit of the round by these visits of it: the register's, with ``status``, ``flags``, ``reasons``
    and its ``visits`` (``coverage.visits_of``).

    :param stood: for whom each visit counts, and its summary.
    :param size: the log's first entries, by which the units stand.
    :param day: in Beijing, for what is stale.
    :raises LookupError: no such round.
    """
    opened = round_editions.round_at(db, round_id, size)
    if opened is None:
        raise LookupError(round_id)
    claimed = _by_township(stood)
    units, parts = round_editions.units(db, round_id, size), round_editions.parts(db, round_id, size)
    found = []
    for township in round_editions.townships(db, opened["register"], units):
        unit = township["unit"]
        of_it = claimed.get(unit, [])
        status = coverage_rules.coverage_of_unit(units[unit], of_it, opened["params"], day, parts.get(unit, ()))
        found.append({**township, "visits": of_it, **status})
    return found


def explained_at(db: Database, round_id: str, unit: str, at: str) -> dict[str, Any] | None:
    """Why a township stood where it stood: its row of ``coverage_at``, and of each of its visits every rule with what it
    looked at and the messages that it rests on (``rules/explanation.py``); ``waivers`` of the villages visited. ``None``: no such round, or no such township.
    """
    found, opened = coverage_at(db, round_id, at), rounds.round_of(db, round_id)
    row = next((one["properties"] for one in found["features"] if unit in (one["properties"]["unit"], one["properties"]["code"])),
               None) if found else None
    if row is None or opened is None:
        return None
    size = log.size_at(db, at) if opened["closed_at"] is None or at < opened["closed_at"] else opened["closed_size"]
    explained, villages = [], set()
    for _visit, (doc, summary, own) in visits_at(db, round_id, size, row["unit"]):
        villages.add(doc["village"])
        rules = explain_visit(doc, summary, visits.core(doc["checklist"]), opened["params"], own)
        explained.append({**{name: doc[name] for name in ("visit", "team", "state", "opened_at", "sealed_at")}, "rules": rules})
    waivers = [{**one, "name": registers.named(db, opened["register"], one["village"])["name"]} for one in opened["params"].get("waivers", ())
               if one["village"] in villages]
    kept = ("unit", "code", "name", "latin", "county_name", "county_latin", "status", "flags", "reasons")
    return {**{name: row[name] for name in kept}, "round": round_id, "at": at, "log_size": size, "waivers": waivers,
            "visits": sorted(explained, key=lambda one: (one["opened_at"], one["visit"]))}


def standing(db: Database, round_id: str, at: str) -> dict[str, Any] | None:
    """The coverage of a round now: of a closed one what it was when it closed, whatever was logged since."""
    opened = rounds.round_of(db, round_id)
    return None if opened is None else json.loads(document(db, opened, at))


def document(db: Database, opened: Mapping[str, Any], at: str, brief: bool = False) -> bytes:
    """``standing`` as JSON (``coverage.document``)."""
    if opened["closed_at"] is None:
        return coverage.document(db, opened, at, brief)
    then = _snapshot(db, opened)
    return coverage.text(db, opened, opened["closed_at"], then.picture, None if brief else then.shown)


def counts(db: Database, round_id: str) -> dict[str, int]:
    """The ``counts`` of ``standing``, for whoever needs no more. Costs one look at each township's status.

    :raises LookupError: no such round.
    """
    opened = rounds.round_of(db, round_id)
    if opened is None:
        raise LookupError(round_id)
    return coverage_rows.counts(db, round_id) if opened["closed_at"] is None else _snapshot(db, opened).picture.counts()


def township(db: Database, opened: Mapping[str, Any], unit: str, at: str) -> dict[str, Any]:
    """One township's ``properties`` of ``standing``, ``rules`` and ``visits`` among them.

    :raises LookupError: the round has no such township.
    """
    if opened["closed_at"] is None:
        return coverage.township(db, opened, unit, at)
    found = next((one["properties"] for one in json.loads(document(db, opened, at))["features"] if one["id"] == unit), None)
    if found is None:
        raise LookupError(unit)
    return found


def coverage_at(db: Database, round_id: str, at: str) -> dict[str, Any] | None:
    """``coverage.coverage`` as it was at that moment of the server's clock; what waits on phones is today's."""
    opened = rounds.round_of(db, round_id)
    return None if opened is None else json.loads(document_at(db, opened, at))


def document_at(db: Database, opened: Mapping[str, Any], at: str, brief: bool = False) -> bytes:
    """``coverage_at`` as JSON (``coverage.document``)."""
    if opened["closed_at"] is not None and at >= opened["closed_at"]:
        return document(db, opened, at, brief)
    then = _snapshot_at(db, opened, log.size_at(db, at), at)
    return coverage.text(db, opened, at, then.picture, None if brief else then.shown)


class Snapshot(NamedTuple):
    """The townships of a round as they stood."""

    picture: coverage.Picture
    shown: dict[str, str]


def _snapshot_at(db: Database, opened: Mapping[str, Any], size: int, at: str) -> Snapshot:
    round_id = opened["round"]
    then = round_editions.round_at(db, round_id, size) or opened
    stood = [_stood(db, visit, size) for visit in _ever_of(db, round_id)]
    claimed = _by_township((unit, summary) for round_then, unit, summary in filter(None, stood) if round_then == round_id)
    rows = coverage.rows_of(db, then, claimed, size)
    picture = coverage.picture_of(db, then, rows, size)
    picture.turn_to(beijing_day(moment(at)))
    return Snapshot(picture, {unit: row.shown for unit, row in rows.items()})


def _snapshot(db: Database, opened: Mapping[str, Any]) -> Snapshot:
    """Of a closed round. Only photos that were verified since may still change it, which its townships' changes say."""
    if db.conn.in_transaction or (which := coverage.identity(db)) is None:
        return _snapshot_at(db, opened, opened["closed_size"], opened["closed_at"])
    key = (*which, opened["round"], opened["closed_size"], coverage_rows.last_change(db, opened["round"]))
    known = _closed.get(key)
    if known is None:
        known = _snapshot_at(db, opened, opened["closed_size"], opened["closed_at"])
        if len(_closed) >= coverage.ROUNDS_KEPT:
            _closed.clear()
        _closed[key] = known
    return known


def _by_township(stood: Iterable[tuple[str | None, dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    claimed: dict[str, list[dict[str, Any]]] = {}
    for unit, summary in stood:
        if unit is not None:
            claimed.setdefault(unit, []).append(summary)
    return {unit: sorted(of_it, key=lambda one: (one["opened_at"], one["visit"])) for unit, of_it in claimed.items()}


class Stood(NamedTuple):
    """How a visit stood: the round and township it claimed, and its summary."""

    round: str | None
    unit: str | None
    summary: dict[str, Any]


def _stood(db: Database, visit: str, size: int) -> Stood | None:
    count, last = db.execute(
        "SELECT count(*), max(log_index) FROM messages WHERE visit = ? AND log_index <= ?", [visit, size]).fetchone()
    if not count:
        return None
    (digest,) = db.execute("SELECT hash FROM messages WHERE visit = ? AND log_index = ? ORDER BY seq DESC LIMIT 1",
                           [visit, last]).fetchone()
    # A visit's lines commit to one another, so their number and the last one say which they are; for whom it counts hangs
    # on the changes of units besides.
    (changes,) = db.execute("SELECT count(*) FROM round_editions WHERE size < ?", [size]).fetchone()
    known = _kept.get((visit, count, digest, changes))
    if known is None:
        judged = visits.judged(db, visit, [Line(*line) for line in log.messages_of_visit(db, visit, size)], size)
        known = Stood(judged.doc["round"], judged.doc["counts_for"], judged.summary)
        if len(_kept) >= KEPT_MOST:
            _kept.clear()
        _kept[visit, count, digest, changes] = known
    return known


_closed: dict[tuple[Any, ...], Snapshot] = {}
KEPT_MOST = 10_000
_kept: dict[tuple[str, int, str, int], Stood] = {}
