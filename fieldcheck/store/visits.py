"""Visits (走访): folds of their messages, the place test and the rules included."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Iterable, NamedTuple, Sequence

from sqlite_utils import Database

from sync.fork import device_of

from ..checklists import checklist, versions
from ..rules import coverage as coverage_rules
from ..rules.companion import proof_holds
from ..rules.evidence import Core, acceptance, core_of, evidence_of, fixes_of_visit, heard_late, told
from ..rules.place import Fix, Place, PlaceParams, place_among, place_of_visit
from ..rules.visit import CLAIM, Line, arrived_by, empty_visit, fold_visit, of_one_team, rounds_named
from . import companions, coverage_rows, devices, household_spots, learned_places, log, people, registers, round_editions, rounds

PHOTO_FIELDS = ("sealed_sha256", "photo", "sha256", "size", "key", "mime", "width", "height", "kind")
NO_PLACE = Place("nofix", None, (), ("round_unknown",), 0, ())
"""A visit that names no round known here: there is nothing to hold its fixes against."""


def fold_photo_claim(db: Database, chain: str, visit: str, body: dict[str, Any]) -> None:
    """What a ``photo.taken`` promises about bytes that travel on their own."""
    db.execute(
        """INSERT OR IGNORE INTO photo_claims (sealed_sha256, photo, sha256, size, key, mime, width, height, kind,
           visit, device) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [*(body[name] for name in PHOTO_FIELDS), visit, device_of(chain)])


def refold(db: Database, visits: Iterable[str]) -> None:
    """Make the rows of these visits anew from their messages, and then, once each, the townships they touch.

    Costs what these visits and townships hold, never what the round holds.
    """
    claimed = {township for visit in sorted(visits) for township in _refold(db, visit)}
    for round_id, unit in sorted(claimed):
        coverage_rows.refold(db, round_id, unit)


class Judged(NamedTuple):
    """One visit as it stands by some of its lines: the document, the summary that its township is judged from, and those of
    the lines that are its own.
    """

    doc: dict[str, Any]
    summary: dict[str, Any]
    own: Sequence[Line]


def _refold(db: Database, visit: str) -> set[tuple[str, str]]:
    """Make one visit's row anew; the townships (round, unit) that it claimed before or claims now."""
    before = db.execute("SELECT round, unit FROM visits WHERE visit = ?", [visit]).fetchone()
    lines = [Line(*line) for line in log.messages_of_visit(db, visit)]
    doc, summary, _own = judged(db, visit, lines)
    db.execute(
        """INSERT OR REPLACE INTO visits (visit, round, unit, team, state, opened_at, summary, doc)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [visit, doc["round"], doc["counts_for"], doc["team"], doc["state"], doc["opened_at"], _json(summary), _json(doc)])
    _remember_inspectors(db, visit, [one["id"] for one in doc["inspectors"]])
    for named in rounds_named(lines):
        db.execute("INSERT OR IGNORE INTO visit_rounds (round, visit) VALUES (?, ?)", [named, visit])
    params = _params(db, doc)
    household_spots.fold(db, doc, params)
    learned_places.fold(db, doc, params)
    return {township for township in (before, (doc["round"], doc["counts_for"])) if township and None not in township}


def judged(db: Database, visit: str, lines: Sequence[Line], size: int | None = None) -> Judged:
    """The visit by these lines of it, in log order, and by the changes of units among the log's first ``size`` entries.
    Changes nothing.
    """
    own, team = heard(db, lines)
    doc = _folded(db, visit, own, team)
    doc["foreign"] = len(lines) - len(own)
    weighed = _weighed(db, doc, own)
    moved = _keep_claim(doc, weighed)
    params = _params(db, doc)
    _find_place(db, doc, size)
    if weighed is not doc:
        _find_place(db, weighed, size)
    of_checklist = core(doc["checklist"])
    evidence = evidence_of(weighed, of_checklist, params)
    if weighed is not doc:
        late = evidence_of(doc, of_checklist, params)
        doc["unweighed"] = moved or evidence_of(told(doc), of_checklist, params) != evidence_of(told(weighed), of_checklist, params)
        evidence = heard_late(evidence, late)
    doc["evidence"], doc["rules"] = evidence, coverage_rules.rules_of_visit(evidence, params)
    summary = coverage_rules.summary_of_visit(weighed, evidence, params)
    return Judged(doc, {**summary, "part": doc["part"]} if "part" in doc else summary, own)


def heard(db: Database, lines: Sequence[Line]) -> tuple[list[Line], str | None]:
    """Those of a visit's lines that belong to it, and its team."""
    return of_one_team(lines, devices.teams(db, {device_of(line.chain) for line in lines}))


def _remember_inspectors(db: Database, visit: str, inspectors: list[str]) -> None:
    db.execute("DELETE FROM visit_inspectors WHERE visit = ?", [visit])
    db.conn.executemany("INSERT INTO visit_inspectors (inspector, visit) VALUES (?, ?)",
                        [(inspector, visit) for inspector in inspectors])


def _folded(db: Database, visit: str, own: Sequence[Line], team: str | None) -> dict[str, Any]:
    doc = fold_visit(visit, own)
    if doc["opened_at"] is not None:
        doc["team"] = team  # the phone's own, whatever its app says
    doc["inspectors"] = _inspectors(db, doc)
    return doc


def _keep_claim(doc: dict[str, Any], weighed: dict[str, Any]) -> bool:
    """Let an accepted visit be what it was accepted as; whether a line that came later says that it is another."""
    moved = any(doc[name] != weighed[name] for name in CLAIM)
    doc.update({name: weighed[name] for name in CLAIM})
    return moved


def _find_place(db: Database, doc: dict[str, Any], size: int | None) -> None:
    """Say of a folded visit which township it counts for and where it was."""
    accepted = acceptance(doc)
    moved = accepted["place_unit"] if accepted else None
    doc["counts_for"] = moved or doc["unit"]
    opened = rounds.round_of(db, doc["round"]) if doc["round"] else None
    if opened is None:
        doc["place"] = {**asdict(NO_PLACE), "unit": doc["unit"]}
        return
    claim = round_editions.claim(db, doc, doc["counts_for"], accepted["at"] if accepted and moved else None, opened["register"], size)
    doc["counts_for"], doc["place"] = claim.unit, asdict(_place(db, doc, opened, claim))
    if claim.part:
        doc["part"] = claim.part
    if claim.unplaced:
        # Its township was split and it names no village: whoever reviews it says into which part it fell.
        doc["unplaced"] = list(claim.unplaced)
        doc["state"] = "submitted" if accepted else doc["state"]


def _weighed(db: Database, doc: dict[str, Any], own: Sequence[Line]) -> dict[str, Any]:
    """The visit as its evidence is weighed: of an accepted one only what had arrived when it was accepted."""
    accepted = acceptance(doc)
    seen = arrived_by(own, accepted["line"]) if accepted else own
    return doc if len(seen) == len(own) else _folded(db, doc["visit"], seen, doc["team"])


def _params(db: Database, doc: dict[str, Any]) -> dict[str, Any]:
    opened = rounds.round_of(db, doc["round"]) if doc["round"] else None
    return opened["params"] if opened else {}


def find(db: Database, visit: str) -> dict[str, Any] | None:
    """The folded document of one visit."""
    row = db.execute("SELECT doc FROM visits WHERE visit = ?", [visit]).fetchone()
    return parsed(row[0]) if row else None


def docs_of(db: Database, round_id: str) -> list[dict[str, Any]]:
    """The folded documents of a round's visits, the earliest first."""
    rows = db.execute("SELECT doc FROM visits WHERE round = ? ORDER BY opened_at, visit", [round_id])
    return [parsed(row[0]) for row in rows.fetchall()]


def parsed(doc: str) -> dict[str, Any]:
    """A kept document; what an earlier version folded lacks what this one folds besides, until the visit's next line."""
    return {**empty_visit(""), **json.loads(doc)}


def flags(db: Database, visit: str) -> list[dict[str, Any]]:
    """What is odd about the visit's messages: chain, seq and flag."""
    return list(db.query("SELECT chain, seq, flag FROM message_flags WHERE visit = ? ORDER BY chain, seq, flag", [visit]))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _inspectors(db: Database, doc: dict[str, Any]) -> list[dict[str, str]]:
    """The confirmed inspectors (已确认的暗访员) of the visit's team: by an enrolled phone that opened or
    joined it, or by their own short code."""
    members = [devices.device(db, one["device"]) for one in doc["members"]]
    by_phone = [known["inspector"] for known in members if known is not None and known["team"] == doc["team"]]
    by_code = [one["inspector"] for one in doc["companions"] if _confirmed(db, doc, one)]
    how = {**{inspector: "code" for inspector in by_code}, **{inspector: "device" for inspector in by_phone}}
    return [{"id": inspector, "how": how[inspector]} for inspector in sorted(how)]


def _confirmed(db: Database, doc: dict[str, Any], companion: dict[str, Any]) -> bool:
    # Accounts are no fold: one that is gone is simply not confirmed.
    account = people.account(db, companion["inspector"])
    return account is not None and account.team == doc["team"] and any(
        proof_holds(companion["proof"], key, doc["visit"], account.id) for key in companions.keys(db, account.id))


def core(version: str | None) -> Core | None:
    """The core questions of a checklist of that version, ``None`` where it does not ship with this program."""
    return core_of(checklist(version)) if version in versions() else None


def _place(db: Database, doc: dict[str, Any], opened: dict[str, Any], claim: round_editions.Claim) -> Place:
    fixes = [Fix.of(body, body["at"]) for body in fixes_of_visit(doc)]
    params = PlaceParams.of(opened["params"])
    areas = registers.areas(db, claim.register, params.border_out_m)
    if claim.unplaced:
        return place_among(fixes, claim.unplaced, areas, params)
    return place_of_visit(fixes, claim.then, areas, params)
