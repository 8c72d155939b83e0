"""What a coverage certificate (覆盖凭证) says of a round, reckoned from the log's first entries alone."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any, Mapping

from sqlite_utils import Database

from sync.log_head import entry_leaf
from sync.merkle import consistency_path, head_of
from sync.message import DESK, line_hash

from ..checklists import checklist
from ..rules.certificate_shape import one_line
from ..rules.coverage import is_valid
from ..rules.coverage_certificate import OPEN, VERSION, counts
from ..rules.evidence import acceptance, beijing_day
from ..rules.settings import DEFAULTS, thresholds
from ..times import moment
from . import log, log_heads, past, registers, round_editions, round_states, visits

_TOWNSHIP = ("unit", "code", "name", "status", "flags", "reasons")


def claims(db: Database, round_id: str, size: int, made_at: str) -> dict[str, Any]:
    """The claims (``rules/coverage_certificate.py``) for the log's first ``size`` entries; the same log, the same claims.

    :raises LookupError: no such round.
    """
    opened = round_editions.round_at(db, round_id, size)
    if opened is None:
        raise LookupError(round_id)
    day = beijing_day(moment(made_at))
    stood, counted = [], []
    for visit, judged in past.visits_at(db, round_id, size):
        stood.append((judged.doc["counts_for"], judged.summary))
        counted += _counted(visit, judged, opened["params"])
    found = past.townships_at(db, round_id, size, stood, date.fromisoformat(day))
    parts = round_editions.parts(db, round_id, size)
    townships = [{**{name: one[name] for name in _TOWNSHIP}, "county": one["county_name"],
                  **({"parts": parts[one["unit"]]} if one["unit"] in parts and one["status"] != "excluded" else {})} for one in found]
    # A visit that was accepted for a place which is none of these covers nothing.
    units = {one["unit"] for one in townships}
    scope, classes = counts(townships)
    state, signed = round_states.at_size(db, round_id, size)
    # What was signed off and then covered, or merged away, is no gap any more; the log keeps who signed it.
    still_open = {one["unit"] for one in townships if one["status"] in OPEN}
    register = registers.about(db, opened["register"]) or {}
    return {
        "v": VERSION, "made_at": made_at, "date": day,
        "round": {name: opened[key] for name, key in (
            ("id", "round"), ("starts", "starts"), ("ends", "ends"))} | {"name": one_line(opened["name"]), "state": state},
        "register": {"sha256": opened["register"], "edition": register["edition"], "datum": register["datum"]},
        "checklist": {"version": opened["checklist"], "sha256": _checklist_hash(opened["checklist"])},
        "thresholds": _thresholds(opened["params"]), "scope": scope, "classes": classes, "townships": townships,
        "exclusions": round_editions.exclusions(db, round_id, size),
        "gaps": [gap for gap in signed if gap["unit"] in still_open], **_waivers(db, opened),
        "visits": [one for one in counted if one["unit"] in units], "log": _log(db, size),
    }


def _thresholds(params: Mapping[str, Any]) -> dict[str, Any]:
    # The round's other parameters, such as the number to call, are nobody's business who reads a certificate.
    every = thresholds(params)
    return {name: every[name] for name in DEFAULTS}


def _waivers(db: Database, opened: Mapping[str, Any]) -> dict[str, Any]:
    # Left out where there are none: rounds that closed before there were any go on saying what they said.
    named = [{**{name: registers.named(db, opened["register"], one["village"])[name] for name in ("code", "name")}, **one}
             for one in opened["params"].get("waivers", ())]
    return {"waivers": named} if named else {}


def _checklist_hash(version: str) -> str:
    # Of the content, in the one spelling that RFC 8785 and Python's sorted keys agree on for texts and whole numbers.
    content = json.dumps(checklist(version), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _counted(visit: str, judged: visits.Judged, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is said of a visit that counts; nothing of another one."""
    doc, evidence, accepted = judged.doc, judged.summary["evidence"], acceptance(judged.doc)
    if accepted is None or not is_valid(evidence, params):
        return []
    return [{
        "visit": visit, "unit": doc["counts_for"], "team": evidence["team"], "date": evidence["date"],
        "inspectors": evidence["inspectors"], "minutes": float(evidence["minutes"]), "place": evidence["place"],
        "confirmed": bool(evidence["location_confirmed"]),
        "households": sorted(evidence["hh"], key=lambda one: one["id"]), "decision": accepted["line"],
        "messages": sorted(line_hash(line.line) for line in judged.own if line.chain != DESK),
        "photos": sorted(accepted["photos"]), **({"part": doc["part"]} if "part" in doc else {}),
        **({"village_waived": doc["village"]} if "waived" in evidence else {})}]


def _log(db: Database, size: int) -> dict[str, Any]:
    leaves = [entry_leaf(receipt) for receipt in log.receipts(db, size)]
    return {"size": size, "head": head_of(leaves).hex(), "grew_from": [
        {**kept.head._asdict(), "path": [step.hex() for step in consistency_path(leaves, kept.head.size)]}
        for kept in log_heads.every(db) if 0 < kept.head.size <= size]}
