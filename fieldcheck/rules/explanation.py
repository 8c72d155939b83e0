"""Why a visit counts or not, rule by rule: what each rule looked at, what it asks for, and the messages that say so.

Source: ``docs/inspection-rules.md`` §5.3. Pure: says again what ``coverage.py`` decided, and never decides itself.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping, NamedTuple, Sequence, TypedDict

from sync.kinds import KINDS
from sync.message import line_hash, parse_line

from .coverage import rules_of_visit
from .evidence import Core, acceptance, core_missing, proving_photos
from .faults import body_holds
from .settings import thresholds
from .visit import Line


class Explained(TypedDict):
    """One rule on one visit. ``looked_at``: what it found, ``asks_for``: the thresholds, by the names of the settings;
    ``messages``: chain, line and hash of every message that it rests on, in the order of the log.
    """

    rule: str
    result: str
    reason: str | None
    looked_at: dict[str, Any]
    asks_for: dict[str, Any]
    messages: list[dict[str, Any]]


class _Said(NamedTuple):
    kind: str
    body: Mapping[str, Any]
    place: dict[str, Any]


def explain_visit(doc: Mapping[str, Any], summary: Mapping[str, Any], core: Core | None, params: Mapping[str, Any],
                  lines: Sequence[Line]) -> list[Explained]:
    """R1 to R8 of one visit, judged from these lines of it (``store/visits.py``)."""
    evidence, limits = summary["evidence"], thresholds(params)
    said = [one for one in map(_said, lines) if one is not None]
    looked_at = _looked_at(doc, evidence, core, params)
    return [{**rule, "looked_at": looked_at[rule["rule"]], "asks_for": {name: limits[name] for name in _ASKS.get(rule["rule"], ())},
             "messages": [one.place for one in said if _RESTS_ON[rule["rule"]](one)]}
            for rule in rules_of_visit(evidence, params)]


def _looked_at(doc: Mapping[str, Any], evidence: Mapping[str, Any], core: Core | None, params: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    photos, place = list(proving_photos(doc, params)), doc["place"]
    counted = [household["id"] for household in evidence["hh"]]
    return {
        "R1": {"type": evidence["type"], "state": evidence["state"]},
        "R2": {"inspectors": evidence["inspectors"], "recused": evidence.get("recused", 0), "by_phone": sum(one["how"] == "device" for one in doc["inspectors"]),
               "by_code": sum(one["how"] == "code" for one in doc["inspectors"])},
        "R3": {"declared_ok": evidence["declared_ok"], "V44": evidence.get("V44", []), "leak_confirmed": evidence.get("leak_confirmed"),
               "compromised": evidence.get("compromised"), "doubted": evidence.get("doubted", False)},
        "R4": {"place": evidence["place"], "confirmed": bool(evidence.get("location_confirmed")), "usable": place["usable"],
               "unusable": dict(place["unusable"]), "why": list(place["reasons"]), **_narrowed(doc)},
        "R5": {"minutes": evidence["minutes"]},
        "R6": {"counted": len(counted), "households": len(doc["households"])},
        "R7": {"missing": [] if core is None else [f"{subject if subject == 'village' else 'household'} {code}"
                                                  for subject, code in core_missing(doc, core, counted)]},
        "R8": {"place_photos": sum(photo["kind"] == "place" for photo in photos), "photos": len(photos)},
    }


def _narrowed(doc: Mapping[str, Any]) -> dict[str, int]:
    # What the reviewer chose from, where a learned village had narrowed it; the verdict itself never looks at it.
    said = (acceptance(doc) or {}).get("narrowed")
    return {"candidates": len(doc["place"]["candidates"]), "narrowed_to": len(said["left"]), "learned_from": said["visits"]} if said else {}


_ASKS: Mapping[str, tuple[str, ...]] = {
    "R2": ("min_inspectors",), "R4": ("acc_max_m", "fix_age_max_s", "border_out_m", "outside_share_max", "min_fixes"),
    "R5": ("min_minutes",), "R6": ("visit_min_hh",),
}


def _kinds(*kinds: str) -> Callable[[_Said], bool]:
    return lambda one: one.kind in kinds


def _answers_v44(one: _Said) -> bool:
    return one.kind == "answers.recorded" and any(given["code"] == "V44" for given in one.body["answers"])


def _place_photo(one: _Said) -> bool:
    return one.kind == "photo.taken" and one.body.get("kind") == "place"


def _household_photo(one: _Said) -> bool:
    return one.kind == "photo.taken" and bool(one.body.get("household"))


_DECISIONS = ("visit.accepted", "visit.returned", "visit.rejected")
_RESTS_ON: Mapping[str, Callable[[_Said], bool]] = {
    "R1": _kinds("visit.opened", "visit.sealed", *_DECISIONS),
    "R2": _kinds("visit.opened", "visit.joined", "companion.confirmed", "visit.recused"),
    "R3": lambda one: _answers_v44(one) or one.kind in (
        "visit.opened", "visit.sealed", "visit.doubted", "cadre.arrived", "visit.compromised_set", "visit.compromised_cleared"),
    "R4": lambda one: _place_photo(one) or one.kind in ("fix.taken", "visit.accepted"),
    "R5": _kinds("fix.taken", "visit.opened", "visit.sealed"),
    "R6": lambda one: _household_photo(one) or one.kind in ("household.recorded", "identity.disclosed", "cadre.arrived"),
    "R7": _kinds("answers.recorded", "answer.chosen"),
    "R8": _place_photo,
}


def _said(line: Line) -> _Said | None:
    message = parse_line(line.line) or {}
    kind, body = message.get("kind"), message.get("body")
    if not isinstance(kind, str) or kind not in KINDS or not body_holds(kind, body):
        return None
    return _Said(kind, body, {"chain": line.chain, "seq": line.seq, "hash": line_hash(line.line)})  # type: ignore[arg-type]
