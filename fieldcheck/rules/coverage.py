"""Whether a township is covered (已覆盖) and why: the rules of ``docs/inspection-rules.md`` §5.2–5.3.

A rule that is not built yet says ``not_checked``: it never counts as passed, so no township turns green by omission.
"""

from __future__ import annotations

from typing import Any, Literal, Sequence, TypedDict

from .visit import counted_households

Status = Literal["excluded", "covered_both", "covered", "visited_unverified", "unvisited"]
STATUSES: tuple[Status, ...] = ("excluded", "covered_both", "covered", "visited_unverified", "unvisited")
RULES = ("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8")


class RuleResult(TypedDict):
    """One rule on one visit. ``reason`` is a stable code where the rule fails."""

    rule: str
    result: Literal["pass", "fail", "not_checked"]
    reason: str | None


def rules_of_visit(doc: dict[str, Any], place: str) -> list[RuleResult]:
    """Each rule of §5.3 on one visit; ``place`` is the outcome of the place test (``rules/place.py``)."""
    place_photo = any(p["kind"] == "place" and p["source"] != "file" for p in doc["photos"])
    judged: dict[str, tuple[bool, str]] = {
        # Review (审核) does not exist yet, so no visit is accepted.
        "R1": (False, "not_reviewed"),
        "R4": (place == "inside", f"location_{place}"),
        "R8": (place_photo, "place_photo"),
    }
    return [_result(rule, *judged[rule]) if rule in judged else
            {"rule": rule, "result": "not_checked", "reason": None} for rule in RULES]


def summary_of_visit(doc: dict[str, Any]) -> dict[str, Any]:
    """What a township needs to know of a visit: small, so that a township's status costs little to make anew.

    ``doc`` is a document of ``rules/visit.py`` with ``place`` and ``rules`` added.
    """
    return {
        **{name: doc[name] for name in ("visit", "team", "state", "opened_at", "sealed_at", "rules")},
        "place": doc["place"]["result"], "households": len(doc["households"]),
        "households_counted": len(counted_households(doc)), "photos": len(doc["photos"]),
    }


def coverage_of_unit(excluded_reason: str | None, visits: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The status of a township from the summaries of its visits: ``{status, flags, reasons, counts}``.

    A draft or an abandoned visit never changes the status.
    """
    submitted = [visit for visit in visits if visit["state"] == "submitted"]
    reasons = sorted({r["reason"] for visit in submitted for r in visit["rules"] if r["result"] == "fail"})
    status: Status = "visited_unverified" if submitted else "unvisited"
    if excluded_reason is not None:
        status, reasons = "excluded", [excluded_reason]
    return {
        "status": status, "flags": [], "reasons": reasons,
        "counts": {"visits": len(visits), "households": sum(visit["households_counted"] for visit in visits),
                   "photos": sum(visit["photos"] for visit in visits)},
    }


def _result(rule: str, holds: bool, reason: str) -> RuleResult:
    return {"rule": rule, "result": "pass" if holds else "fail", "reason": None if holds else reason}
