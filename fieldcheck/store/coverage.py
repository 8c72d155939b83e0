"""The coverage (覆盖) document of a round, put together from the rows of its townships (``store/coverage_rows.py``).

What each township shows is kept in the process as JSON, outline included, and made anew where its row changed: an answer
costs what changed since the last one and the bytes that are sent. Stale (过期) depends on the day, so it is put in here.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import date
from typing import Any, Iterable, Iterator, Mapping

from sqlite_utils import Database

from ..rules import coverage as coverage_rules
from ..rules.evidence import beijing_day
from ..times import moment
from . import coverage_rows, devices, registers, round_editions, rounds

ROUNDS_KEPT = 4
"""Rounds whose townships are kept in the process; 40,000 of them take some 100 MB, the 129 of a city nothing to speak of."""
_NOTHING = '{"flags":[],"reasons":%s,"counts":{"visits":0,"households":0,"photos":0,"photos_verified":0},"last_valid":null}'
_NAMES = ("unit", "code", "name", "latin", "kind", "county", "county_name", "county_latin", "boundary_error_m", "confidence")
_kept: dict[tuple[Any, ...], "Picture"] = {}
_lock = threading.RLock()


def version(db: Database, round_id: str, day: str) -> str:
    """Changes whenever the document would: the day in Beijing, the log's length, the townships' changes (which photos held
    are among), what phones last said.
    """
    row = db.execute(
        """SELECT (SELECT coalesce(max(log_index), 0) FROM segments), (SELECT coalesce(max(at), '') FROM device_states)""").fetchone()
    return "-".join(str(value) for value in (round_id, day, row[0], coverage_rows.last_change(db, round_id), row[1]))


class Picture:
    """The townships of one round as JSON, in the order of their codes."""

    def __init__(self, db: Database, opened: Mapping[str, Any], size: int | None = None) -> None:
        self.params, self.change, self.day = opened["params"], 0, ""
        self._reasons = round_editions.units(db, opened["round"], size)
        self._heads: dict[str, str] = {}
        self.left_out: dict[str, str] = {}
        self._status: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._valid: dict[str, tuple[str, dict[str, Any]]] = {}
        self._features: dict[str, bytes] = {}
        for township in round_editions.townships_unparsed(db, opened["register"], self._reasons):
            unit = township["unit"]
            if unit in self._reasons:
                named = json.dumps({name: township[name] for name in _NAMES}, ensure_ascii=False)
                self._heads[unit] = f'{{"type":"Feature","id":{json.dumps(unit)},"geometry":{township["outline_simple"] or "null"},' \
                                    f'"properties":{named[:-1]}'
                if self._reasons[unit] is not None:
                    self.left_out[unit] = township["name"]
                self.put(unit, None, "")

    def put(self, unit: str, status: str | None, doc: str) -> None:
        """Show a township by its row; ``None``: nobody was there. One that the round does not have changes nothing."""
        if unit not in self._heads:
            return
        reason = self._reasons[unit]
        if status is None:
            status = "unvisited" if reason is None else "excluded"
            doc = _NOTHING % json.dumps([] if reason is None else [reason], ensure_ascii=False)
        told = json.loads(doc)
        self._counts[self._status.get(unit, status)] -= unit in self._status
        self._counts[status] += 1
        self._status[unit] = status
        self._valid.pop(unit, None)
        if told["last_valid"] is not None:
            self._valid[unit] = (status, told)
        self._draw(unit, status, told)

    def _draw(self, unit: str, status: str, told: Mapping[str, Any]) -> None:
        flags = [*(["stale"] if self._stale(told) else []), *told["flags"]]
        tail = json.dumps({"status": status, "flags": flags, "reasons": told["reasons"], "counts": told["counts"]}, ensure_ascii=False)
        self._features[unit] = f",{self._heads[unit]},{tail[1:-1]}}}}}".encode()

    def _stale(self, told: Mapping[str, Any]) -> bool:
        today = date.fromisoformat(self.day) if self.day else None
        return coverage_rules.is_stale_since(told["last_valid"], today, self.params)

    def turn_to(self, day: str) -> None:
        """Show what is stale on that day, in Beijing."""
        if day == self.day:
            return
        self.day = day
        for unit, (status, told) in self._valid.items():
            self._draw(unit, status, told)

    def features(self, shown: Mapping[str, str] | None) -> list[bytes]:
        """The features, a comma before each; ``shown``: with ``rules`` and ``visits``, which a township that it lacks has none
        of.
        """
        if shown is None:
            return list(self._features.values())
        nothing = '{"rules":[],"visits":[]}'
        return [feature[:-2] + b"," + shown.get(unit, nothing)[1:].encode() + b"}" for unit, feature in self._features.items()]

    def counts(self) -> dict[str, int]:
        """How many townships stand where."""
        found = {status: self._counts[status] for status in coverage_rules.STATUSES}
        return {"in_scope": len(self._status) - found["excluded"], **found}

    def excluded(self) -> list[dict[str, Any]]:
        """What the round does not count, and why."""
        return [{"unit": unit, "name": name, "reason": self._reasons[unit]} for unit, name in self.left_out.items()]


def text(db: Database, opened: Mapping[str, Any], at: str, picture: Picture, shown: Mapping[str, str] | None) -> bytes:
    """The document of these townships as JSON."""
    rest = {"type": "FeatureCollection", "round": {"id": opened["round"], "name": opened["name"], "ends": opened["ends"]},
            "counts": picture.counts(), "unsent": devices.unsent(db), "made_at": at,
            "attribution": registers.attribution(db, opened["register"]), "excluded": picture.excluded()}
    features = picture.features(shown)
    # Put together in one go: of a large round each copy of the whole is what the answer costs.
    first = features[0][1:] if features else b""
    return b"".join([json.dumps(rest, ensure_ascii=False)[:-1].encode(), b',"features":[', first, *features[1:], b"]}"])


def document(db: Database, opened: Mapping[str, Any], at: str, brief: bool = False) -> bytes:
    """``coverage`` as JSON; ``brief`` leaves ``rules`` and ``visits`` of each township out.

    Brief it costs the townships that changed since it was asked for last, and its bytes; else the bytes of every visit too.
    """
    with _lock, _one_moment(db) as committed:
        picture = _current(db, opened, committed)
        picture.turn_to(beijing_day(moment(at)))
        return text(db, opened, at, picture, None if brief else coverage_rows.shown(db, opened))


def coverage(db: Database, round_id: str, at: str) -> dict[str, Any] | None:
    """The GeoJSON FeatureCollection of ``GET /api/v1/coverage`` (``docs/protocol.md`` §5), or ``None``: no such round.

    Outlines are simplified for the screen; ``boundary_error_m`` in metres says how far they may be off.
    """
    opened = rounds.round_of(db, round_id)
    return None if opened is None else json.loads(document(db, opened, at))


def township(db: Database, opened: Mapping[str, Any], unit: str, at: str) -> dict[str, Any]:
    """One township's ``properties`` of the document. Costs what its visits hold.

    :raises LookupError: the round has no such township.
    """
    named = registers.township(db, opened["register"], unit)
    if not rounds.holds(db, opened["round"], unit):
        raise LookupError(unit)
    return _properties(named, rounds.reason_of(db, opened["round"], unit), coverage_rows.row(db, opened, unit), opened["params"],
                       date.fromisoformat(beijing_day(moment(at))))


def _properties(named: Mapping[str, Any], reason: str | None, row: coverage_rows.Row | None, params: Mapping[str, Any],
                today: date) -> dict[str, Any]:
    row = row or coverage_rows.row_of(reason, [], params, {})
    doc = json.loads(row.doc)
    stale = ["stale"] if coverage_rules.is_stale_since(doc.pop("last_valid"), today, params) else []
    return {**{name: named[name] for name in _NAMES}, "status": row.status, **doc, "flags": [*stale, *doc["flags"]],
            **json.loads(row.shown)}


def identity(db: Database) -> tuple[Any, ...] | None:
    """Which database this is and how often its log was folded anew, for what is remembered of it; ``None``: it has no file."""
    path = db.execute("PRAGMA database_list").fetchone()[2]
    if not path:
        return None
    file = os.stat(path)
    return path, file.st_dev, file.st_ino, coverage_rows.last_change(db, coverage_rows.REBUILT)


@contextmanager
def _one_moment(db: Database) -> Iterator[bool]:
    """All reads within see the same state, and whether it is committed: what is not must not be remembered."""
    if db.conn.in_transaction:
        yield False
        return
    db.conn.execute("BEGIN")
    try:
        yield True
    finally:
        db.conn.rollback()


def _current(db: Database, opened: Mapping[str, Any], committed: bool) -> Picture:
    which = identity(db) if committed else None
    if which is None:
        return _caught_up(db, opened, Picture(db, opened))
    about = db.execute("SELECT imported_at FROM registers WHERE hash = ?", [opened["register"]]).fetchone()
    key = (*which, opened["round"], opened["register"], *(about or ()))
    known = _kept.pop(key, None)
    if known is None or known.change > coverage_rows.last_change(db, opened["round"]):
        known = Picture(db, opened)
    while len(_kept) >= ROUNDS_KEPT:
        del _kept[next(iter(_kept))]
    _kept[key] = known
    return _caught_up(db, opened, known)


def _caught_up(db: Database, opened: Mapping[str, Any], picture: Picture) -> Picture:
    for unit, number, status, doc in coverage_rows.changed_since(db, opened, picture.change):
        picture.put(unit, status, doc)
        picture.change = max(picture.change, number)
    return picture


def picture_of(db: Database, opened: Mapping[str, Any], rows: Mapping[str, coverage_rows.Row], size: int) -> Picture:
    """The townships by other rows than those kept: as they stood at another time, when the log had ``size`` entries."""
    picture = Picture(db, opened, size)
    for unit, row in rows.items():
        picture.put(unit, row.status, row.doc)
    return picture


def rows_of(db: Database, opened: Mapping[str, Any], claimed: Mapping[str, Iterable[Mapping[str, Any]]],
            size: int) -> dict[str, coverage_rows.Row]:
    """The rows of the townships by these visits of the round, by the units as they stood when the log had ``size`` entries."""
    parts = round_editions.parts(db, opened["round"], size)
    units, verified = round_editions.units(db, opened["round"], size), coverage_rows.verified_photos(db, opened["round"])
    return {unit: coverage_rows.row_of(units.get(unit), list(visits), opened["params"], verified, parts.get(unit, ()))
            for unit, visits in claimed.items()}
