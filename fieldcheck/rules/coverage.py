"""Whether a township is covered (已覆盖) and why: the rules of ``docs/inspection-rules.md`` §5.2–5.3.

Pure, over flat evidence (``evidence.py``), thresholds by name (``settings.py``). Neither the order of visits nor the
moment of asking changes anything but the flag ``stale``.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Callable, Iterable, Literal, Mapping, Sequence, TypedDict

from .evidence import LISTED_TYPES, Evidence
from .settings import thresholds
from .waiver import listed_needed

Status = Literal["excluded", "covered_both", "covered", "visited_unverified", "unvisited"]
STATUSES: tuple[Status, ...] = ("excluded", "covered_both", "covered", "visited_unverified", "unvisited")
RULES = ("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8")
FLAGS = ("stale", "compromised", "had_rejected")
REASONS = ("not_reviewed", "inspectors", "recused", "compromised", "location_nofix", "location_border", "location_outside",
           "location_nopolygon", "duration", "households", "core", "place_photo", "township_households",
           "township_listed", "township_other", "merge_partial")
"""What can be missing, in the order in which it is told; the phone speaks of it in the same words."""
CONFIRMABLE = ("border", "nofix", "nopolygon")
"""Places that count with a place photo and the reviewer's confirmation (§5.3 R4)."""
LOOKED_AT = ("submitted", "returned", "accepted")
"""Covert visits in these states say something of their township; a draft or one given up never does."""


class RuleResult(TypedDict):
    """One rule on one visit. ``reason`` is a stable code where the rule fails."""

    rule: str
    result: Literal["pass", "fail"]
    reason: str | None


class Judgement(TypedDict):
    """A township's status, its flags and what is missing, each in a fixed order."""

    status: Status
    flags: list[str]
    reasons: list[str]


def is_compromised(visit: Evidence) -> bool:
    """Whether a visit is compromised (存疑): a doubt of the team that the office has not looked at, else what the office
    said of it, else what the visit itself says.

    A leak stands until a reviewer finds that it was a rumour; staging or coaching in general never counts (§5.3 R3).
    """
    if visit.get("doubted"):
        return True
    said = visit.get("compromised")
    if said is not None:
        return said
    leaked = "leak" in visit.get("V44", []) and visit.get("leak_confirmed") is not False
    return leaked or not visit["declared_ok"]


def _place_holds(visit: Evidence) -> bool:
    confirmed = visit["place_photo"] and visit.get("location_confirmed", False)
    return visit["place"] == "inside" or visit["place"] in CONFIRMABLE and confirmed


_HOLDS: Mapping[str, tuple[Callable[[Evidence, Mapping[str, Any]], bool], str]] = {
    "R1": (lambda visit, _: visit["type"] == "covert" and visit["state"] == "accepted", "not_reviewed"),
    "R2": (lambda visit, limits: visit["inspectors"] >= limits["min_inspectors"] and not visit.get("recused"), "{people}"),
    "R3": (lambda visit, _: not is_compromised(visit), "compromised"),
    "R4": (lambda visit, _: _place_holds(visit), "location_{place}"),
    "R5": (lambda visit, limits: visit["minutes"] >= limits["min_minutes"], "duration"),
    "R6": (lambda visit, limits: len({h["id"] for h in visit["hh"]}) >= limits["visit_min_hh"], "households"),
    "R7": (lambda visit, _: visit["core_complete"], "core"),
    "R8": (lambda visit, _: visit["place_photo"], "place_photo"),
}


def rules_of_visit(visit: Evidence, params: Mapping[str, Any]) -> list[RuleResult]:
    """Each rule of §5.3 on one visit, R1 to R8. ``params``: the round's, defaults for the rest."""
    failed = _failed(visit, thresholds(params))
    return [{"rule": rule, "result": "fail" if rule in failed else "pass", "reason": failed.get(rule)} for rule in RULES]


def is_valid(visit: Evidence, params: Mapping[str, Any]) -> bool:
    """有效走访: all rules hold."""
    return not _failed(visit, thresholds(params))


def _failed(visit: Evidence, limits: Mapping[str, Any]) -> dict[str, str]:
    """The rules that fail, with their reasons."""
    people = "recused" if visit.get("recused") else "inspectors"
    return {rule: reason.format(place=visit["place"], people=people) for rule, (holds, reason) in _HOLDS.items() if not holds(visit, limits)}


def judge_unit(visits: Iterable[Evidence], *, excluded: bool, today: date | None,
               params: Mapping[str, Any]) -> Judgement:
    """The status of a township in a round from all its visits.

    :param excluded: it is not counted (不计入), whatever was visited.
    :param today: the day in Beijing; ``None`` leaves ``stale`` out, for what is kept and must not depend on the clock.
    """
    if excluded:
        return {"status": "excluded", "flags": [], "reasons": []}
    covert = [visit for visit in visits if visit["type"] == "covert"]
    looked_at = [visit for visit in covert if visit["state"] in LOOKED_AT]
    limits = thresholds(params)
    failed = [_failed(visit, limits) for visit in looked_at]
    valid = [visit for visit, fails in zip(looked_at, failed) if not fails]
    lacking = township_lacks(valid, params)
    status: Status = "visited_unverified" if looked_at else "unvisited"
    if valid and not lacking:
        status = "covered_both" if {visit["team"] for visit in valid} >= {"A", "B"} else "covered"
    flags = {
        "stale": status in ("covered", "covered_both") and is_stale(valid, today, params),
        "compromised": any(is_compromised(visit) for visit in looked_at),
        "had_rejected": any(visit["state"] == "rejected" for visit in covert),
    }
    missing = _reasons(failed, lacking) if status == "visited_unverified" else set()
    return {"status": status, "flags": [flag for flag in FLAGS if flags[flag]],
            "reasons": [reason for reason in REASONS if reason in missing]}


def judge_merged(visits: Sequence[tuple[str | None, Evidence]], parts: Sequence[str], *, today: date | None,
                 params: Mapping[str, Any]) -> Judgement:
    """The status of a merged township (合并, §5.5 D4): covered only if every predecessor in scope is, by its own visits.

    A visit whose predecessor nobody can tell is seen, and covers nothing.
    """
    judged = [judge_unit([evidence for part, evidence in visits if part == one], excluded=False, today=today, params=params)
              for one in parts]
    every = judge_unit([evidence for _, evidence in visits], excluded=False, today=today, params=params)
    statuses = {one["status"] for one in judged}
    if statuses <= {"covered", "covered_both"}:
        status: Status = "covered_both" if statuses == {"covered_both"} else "covered"
        reasons: set[str] = set()
    else:
        status = "unvisited" if every["status"] == "unvisited" else "visited_unverified"
        reasons = {"merge_partial", *(reason for one in judged for reason in one["reasons"])} if status != "unvisited" else set()
    flags = {flag for one in (*judged, every) for flag in one["flags"] if flag != "stale"}
    if status in ("covered", "covered_both"):
        flags |= {flag for one in judged for flag in one["flags"]}
    return {"status": status, "flags": [flag for flag in FLAGS if flag in flags],
            "reasons": [reason for reason in REASONS if reason in reasons]}


def township_lacks(valid: Sequence[Evidence], params: Mapping[str, Any]) -> list[str]:
    """What the valid visits of a township lack together (§5.3): households in all, listed ones, others."""
    limits = thresholds(params)
    # Sets by kind, so that two words on one household neither depend on the order nor take anything away.
    listed = {one["id"] for visit in valid for one in visit["hh"] if one["type"] in LISTED_TYPES}
    others = {one["id"] for visit in valid for one in visit["hh"] if one["type"] not in LISTED_TYPES}
    enough = {
        "township_households": len(listed | others) >= limits["twp_min_hh"],
        "township_listed": len(listed) >= listed_needed(valid, limits),
        "township_other": len(others) >= limits["twp_min_other"],
    }
    return [reason for reason, holds in enough.items() if not holds]


def is_stale(valid: Sequence[Evidence], today: date | None, params: Mapping[str, Any]) -> bool:
    """Whether the last valid visit lies more days back than ``stale_days`` (过期)."""
    return is_stale_since(max((visit["date"] for visit in valid if visit["date"]), default=None), today, params)


def is_stale_since(last: str | None, today: date | None, params: Mapping[str, Any]) -> bool:
    """The same by the day of the last valid visit (``last_valid``)."""
    return today is not None and last is not None \
        and (today - date.fromisoformat(last)).days > thresholds(params)["stale_days"]


def last_valid(visits: Sequence[Mapping[str, Any]], params: Mapping[str, Any], parts: Sequence[str] = ()) -> str | None:
    """The day, in Beijing, of the last valid visit: all that ``stale`` depends on besides the day of asking.

    :param visits: their summaries, as in ``coverage_of_unit``.
    :param parts: of a merged township that is covered: each predecessor has its last one, and the earliest of them is told.
    """
    days = [(visit.get("part"), visit["evidence"]["date"]) for visit in visits
            if visit["evidence"]["date"] and is_valid(visit["evidence"], params)]
    lasts = [max((day for part, day in days if part == one), default=None) for one in parts] if parts \
        else [max((day for _, day in days), default=None)]
    return min((last for last in lasts if last is not None), default=None)


def _reasons(failed: Sequence[Mapping[str, str]], lacking: Sequence[str]) -> set[str]:
    reasons = {reason for fails in failed for reason in fails.values()}
    # What the township lacks is told once a visit counts; before that the visit's own reasons come first.
    return reasons if all(failed) else reasons | set(lacking)


def summary_of_visit(doc: Mapping[str, Any], evidence: Evidence, params: Mapping[str, Any]) -> dict[str, Any]:
    """What a township needs to know of a visit: small, so that a township's status costs little to make anew."""
    return {
        **{name: doc[name] for name in ("visit", "team", "state", "opened_at", "sealed_at")},
        "rules": rules_of_visit(evidence, params), "place": doc["place"]["result"],
        "households": len(doc["households"]), "households_counted": len(evidence["hh"]),
        "photos": len(doc["photos"]), "phones": len(doc["members"]), "evidence": evidence,
    }


def coverage_of_unit(excluded_reason: str | None, visits: Sequence[Mapping[str, Any]], params: Mapping[str, Any],
                     today: date | None, parts: Sequence[str] = ()) -> dict[str, Any]:
    """``judge_unit`` over the summaries of a township's visits, with ``counts``; an excluded unit's reason is why.

    ``parts``: the predecessors in scope of a merged one, ``judge_merged``; each visit names its own by ``part``.
    """
    excluded = excluded_reason is not None
    if parts and not excluded:
        found = judge_merged([(visit.get("part"), visit["evidence"]) for visit in visits], parts, today=today, params=params)
    else:
        found = judge_unit([visit["evidence"] for visit in visits], excluded=excluded, today=today, params=params)
    return {
        **found, "reasons": found["reasons"] if excluded_reason is None else [excluded_reason],
        "counts": {"visits": len(visits), "households": sum(visit["households_counted"] for visit in visits),
                   "photos": sum(visit["photos"] for visit in visits)},
    }
