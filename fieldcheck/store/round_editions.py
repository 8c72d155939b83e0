"""The editions of the register that a round stood on, one after the other: folds of the desk act units.changed.

A round that no change of units touched has no row here: it stands on the register that it froze. What a change does is
``rules/unit_changes.py``; a closed round is never touched, so it stays what it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlite_utils import Database

from ..rules.evidence import beijing_day
from ..rules.faults import parse_time
from ..rules.unit_changes import Standing, heir, parts_after
from ..rules.unit_parts import joined
from . import log, registers, rounds

OPEN = ("active", "closing")


class Edition(NamedTuple):
    """One edition that a round stood on: from the log's ``size``-th entry on, said at ``since`` of the server's clock, in
    force since ``day`` (Beijing; the first one always). ``links`` led to it; ``parts``: ``unit_changes.parts_after``.
    """

    size: int
    since: str
    day: str
    register: str
    links: list[dict[str, Any]]
    parts: dict[str, list[str]]


class Claim(NamedTuple):
    """For whom a visit counts: ``unit`` now; ``then`` and ``register``: the unit, and the edition whose outlines it is held
    against; ``part``: of a merged unit; ``unplaced``: the parts of a split one, where nobody can tell which it was.
    """

    unit: str | None
    then: str | None
    register: str
    part: str | None = None
    unplaced: tuple[str, ...] = ()


def fold_changed(db: Database, body: dict[str, Any], at: str) -> set[str]:
    """A desk act units.changed; returns the visits that may count for another unit now: none before its last part."""
    touched: set[str] = set()
    parts = [one for one, _ in log.bodies_of(db, "units.changed") if one["register"] == body["register"]] if "parts" in body else [body]
    change = joined(parts) if body.get("part") == body.get("parts") else None
    if change is None:
        return touched
    for changed in change["rounds"]:
        round_id = changed["round"]
        opened = rounds.round_of(db, round_id)
        if opened is None or opened["state"] not in OPEN:
            continue
        known = editions(db, round_id)
        before = standing(db, round_id)
        if not known:
            _keep(db, round_id, Edition(0, opened["opened_at"], "", opened["register"], [], {}), before)
        after = {**before, **{unit: Standing(None) for unit in changed["included"]},
                 **{one["unit"]: Standing(one["reason"], one.get("signer")) for one in changed["excluded"]}}
        merged = parts_after(known[-1].parts if known else {}, before, change["links"])
        day = max((link["date"] for link in change["links"]), default="")
        _keep(db, round_id, Edition(change["size"], at, day, change["register"], change["links"], merged), after)
        db.execute("UPDATE rounds SET register = ? WHERE round = ?", [change["register"], round_id])
        db.conn.executemany("INSERT OR REPLACE INTO round_units (round, unit, reason, signer) VALUES (?, ?, ?, ?)",
                            [(round_id, unit, *stands) for unit, stands in after.items()])
        touched |= {row[0] for row in db.execute("SELECT visit FROM visits WHERE round = ?", [round_id])}
    return touched


def _keep(db: Database, round_id: str, edition: Edition, units: dict[str, Standing]) -> None:
    db.execute("""INSERT OR REPLACE INTO round_editions (round, size, since, day, register, links, parts, units)
                  VALUES (?, ?, ?, ?, ?, ?, ?, ?)""", [round_id, *edition[:4], json.dumps(edition.links), json.dumps(edition.parts), json.dumps(units, ensure_ascii=False)])


def editions(db: Database, round_id: str, size: int | None = None) -> list[Edition]:
    """The editions by what the log's first ``size`` entries say, the first one first; none where it stands on one alone."""
    rows = db.execute("""SELECT size, since, day, register, links, parts FROM round_editions
                         WHERE round = ? AND (size = 0 OR size < coalesce(?, size + 1)) ORDER BY size""", [round_id, size])
    return [Edition(*row[:4], json.loads(row[4]), json.loads(row[5])) for row in rows.fetchall()]


def round_at(db: Database, round_id: str, size: int | None = None) -> dict[str, Any] | None:
    """``rounds.round_of`` with the ``register`` that it stood on by the log's first ``size`` entries."""
    opened = rounds.round_of(db, round_id)
    known = editions(db, round_id, size) if opened else []
    return {**opened, "register": known[-1].register} if opened and known else opened


def standing(db: Database, round_id: str, size: int | None = None) -> dict[str, Standing]:
    """Every unit of the round and how it stood by the log's first ``size`` entries; those that are gone stay, excluded."""
    row = db.execute("""SELECT units FROM round_editions WHERE round = ? AND (size = 0 OR size < ?)
                        ORDER BY size DESC LIMIT 1""", [round_id, size]).fetchone() if size is not None else None
    if row:
        return {unit: Standing(*stands) for unit, stands in json.loads(row[0]).items()}
    rows = db.execute("SELECT unit, reason, signer FROM round_units WHERE round = ? ORDER BY unit", [round_id])
    return {unit: Standing(reason, signer) for unit, reason, signer in rows.fetchall()}


def units(db: Database, round_id: str, size: int | None = None) -> dict[str, str | None]:
    """``rounds.units`` by the log's first ``size`` entries."""
    return {unit: stands.reason for unit, stands in sorted(standing(db, round_id, size).items())}


def exclusions(db: Database, round_id: str, size: int | None = None) -> list[dict[str, str | None]]:
    """``rounds.exclusions`` by the log's first ``size`` entries."""
    return [{"unit": unit, "reason": stands.reason, "signer": stands.signer}
            for unit, stands in sorted(standing(db, round_id, size).items()) if stands.reason is not None]


def parts(db: Database, round_id: str, size: int | None = None) -> dict[str, list[str]]:
    """Merged unit → its predecessors in scope, each of which must be covered (D4)."""
    known = editions(db, round_id, size)
    return known[-1].parts if known else {}


def townships(db: Database, register: str, of: dict[str, str | None]) -> list[dict[str, Any]]:
    """The townships of these units: the register's by code, then those that it no longer has, by code and without a line."""
    held = [one for one in registers.townships(db, register) if one["unit"] in of]
    left = of.keys() - {one["unit"] for one in held}
    counties = {one["unit"]: one for one in registers.counties(db, register)} if left else {}
    gone = []
    for unit in left:
        known = registers.township(db, register, unit)
        county = counties.get(known["county"], {})
        gone.append({**known, **{f"county_{name}": county[name] for name in ("name", "latin", "code") if county}, "outline_simple": None})
    return held + sorted(gone, key=lambda one: (one["code"], one["unit"]))


def claim(db: Database, doc: dict[str, Any], base: str | None, decided_at: str | None, register: str, size: int | None) -> Claim:
    """For whom a folded visit counts by the log's first ``size`` entries.

    :param base: the unit that it claims, or was assigned to in review at ``decided_at``.
    :param register: the round's, where no change touched it.
    """
    known = editions(db, doc["round"], size)
    if base is None or not known:
        return Claim(base, base, register)
    day = _day(doc["opened_at"])
    trace, unplaced = [base], ()
    for edition in known[1:]:
        # Whoever decided later knew of the change.
        if unplaced or (decided_at is not None and decided_at > edition.since):
            trace.append(trace[-1])
            continue
        unit, unplaced = heir(trace[-1], doc["village"], edition.links, _parents(db, edition.register), day)
        trace.append(unit)
    if unplaced:
        return Claim(trace[-1], None, known[-1].register, None, unplaced)
    at = _edition_of(db, known, trace, day)
    return Claim(trace[-1], trace[at], known[at].register, _part(db, doc, known, trace, day))


def _edition_of(db: Database, known: Sequence[Edition], trace: Sequence[str], day: str) -> int:
    """The edition in force on the visit's day, or the next one that has the unit."""
    first = max(number for number, edition in enumerate(known) if edition.day <= day or not number)
    return next((number for number in range(first, len(known)) if registers.holds(db, known[number].register, trace[number])), first)


def _part(db: Database, doc: dict[str, Any], known: Sequence[Edition], trace: Sequence[str], day: str) -> str | None:
    wanted = known[-1].parts.get(trace[-1])
    if not wanted:
        return None
    homes = [_parents(db, edition.register)(doc["village"]) for edition in known] if doc["village"] else []
    found = next((home for home in homes if home in wanted), None)
    if found is None and len(wanted) == 1:
        return wanted[0]
    # A unit that kept its id names both itself and what it was merged into: before the day it was still itself.
    merged = next(edition.day for edition in known if trace[-1] in edition.parts)
    return found or next((unit for unit in trace if unit in wanted and (unit != trace[-1] or day < merged)), None)


def touched(db: Database, round_id: str, links: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """How many units in the round's scope these links (in ids) name, and how many of its visits were made to such a unit; of
    moved villages only visits to them.
    """
    units = {unit for link in links for unit in (*link["from"], *link["to"])}
    whole = {unit for link in links if link["kind"] != "move_village" for unit in link["from"]}
    villages = {village for link in links for village in link["villages"]}
    in_scope = db.execute("""SELECT count(*) FROM round_units WHERE round = ? AND reason IS NULL
                             AND unit IN (SELECT value FROM json_each(?))""", [round_id, json.dumps(sorted(units))]).fetchone()[0]
    made = db.execute("""SELECT count(*) FROM visits WHERE round = ? AND (unit IN (SELECT value FROM json_each(?))
                         OR doc ->> 'village' IN (SELECT value FROM json_each(?)))""",
                      [round_id, json.dumps(sorted(whole)), json.dumps(sorted(villages))]).fetchone()[0]
    return in_scope, made


def _parents(db: Database, register: str) -> Any:
    def parent(village: str) -> str | None:
        return registers.parent_of(db, register, village)
    return parent


def _day(at: str | None) -> str:
    moment = parse_time(at)
    return beijing_day(moment) if moment else ""


def townships_unparsed(db: Database, register: str, of: dict[str, str | None]) -> Iterator[dict[str, Any]]:
    """``townships`` one after another, the outline as JSON text."""
    left = dict.fromkeys(of)
    for one in registers.townships_unparsed(db, register):
        if one["unit"] in of:
            del left[one["unit"]]
            yield one
    yield from townships(db, "", left) if left else ()
