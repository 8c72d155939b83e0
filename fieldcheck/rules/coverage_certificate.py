"""The coverage certificate (覆盖凭证): whether its claims (``certificate_shape.py``) agree with one another.

Pure. What is here can be checked by whoever holds the certificate and nothing else. Whether the claims are what the log
says can be reckoned by whoever holds the log (``actions/verify_certificate.py``).
Source: ``docs/coverage-certificate.md``; its script for strangers (§4) refuses what is refused here.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any, Iterator, Mapping, NamedTuple, Sequence

from sync.merkle import grew_out_of

from ..times import moment
from .certificate_shape import misshapen
from .coverage import CONFIRMABLE, STATUSES, township_lacks
from .evidence import beijing_day

COVERAGE_TYPE = "fc-coverage"
VERSION = 1
COVERED = ("covered", "covered_both")
OPEN = ("visited_unverified", "unvisited")
FROM_ARRIVAL = ("made_at", "date", "log")
"""Members that depend on when something arrived or was certified; so do the hashes of decisions (``arrangement``)."""


class Fault(NamedTuple):
    """Something that does not hold. ``code`` has its sentence in the catalogue (``certificate.<code>``)."""

    code: str
    where: str


def counts(townships: Sequence[Mapping[str, Any]]) -> tuple[dict[str, int], dict[str, int]]:
    """``scope`` and ``classes`` of these townships."""
    by_status = Counter(township["status"] for township in townships)
    classes = {status: by_status[status] for status in STATUSES}
    return ({"units": len(townships), "excluded": classes["excluded"], "in_scope": len(townships) - classes["excluded"]},
            classes)


def faults(claims: Mapping[str, Any]) -> Iterator[Fault]:
    """Where verified claims contradict themselves, the worst first; nothing if they agree.

    Every township is in exactly one class, the sums are right, each covered township rests on visits that meet the
    thresholds which the certificate names, no two of them on one line of the log, exclusions and gaps are of townships of
    their class, and the log grew out of each head that was printed before.
    """
    # A later version may have another shape, so it is told first.
    if isinstance(claims.get("v"), int) and claims["v"] != VERSION:
        yield Fault("version", str(claims["v"]))
        return
    where = misshapen(claims)
    if where is not None:
        yield Fault("shape", where)
        return
    if claims["date"] != beijing_day(moment(claims["made_at"])):
        yield Fault("date_wrong", claims["date"])
    yield from _sums(claims)
    yield from _exclusions(claims)
    yield from _waivers(claims)
    yield from _visits(claims)
    yield from _townships(claims)
    yield from _gaps(claims)
    yield from _log(claims["log"])


def claims_hash(claims: Mapping[str, Any]) -> str:
    """What a closed round came to, as one hash: over everything but when it was certified, its state and older heads."""
    kept = {name: claims[name] for name in claims if name not in ("made_at", "round", "log")}
    kept["log"] = {name: claims["log"][name] for name in ("size", "head")}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def arrangement(claims: Mapping[str, Any]) -> dict[str, Any]:
    """The claims without what depends on when things arrived: the same whatever came first."""
    same = {name: value for name, value in claims.items() if name not in FROM_ARRIVAL}
    return {**same, "visits": [{name: value for name, value in visit.items() if name != "decision"} for visit in claims["visits"]]}


def first_difference(ours: Any, theirs: Any, where: str = "") -> str | None:
    """The first member, as a path, in which two documents differ; ``None`` where they are alike."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in sorted({*ours, *theirs}):
            if name not in ours or name not in theirs:
                return f"{where}.{name}".lstrip(".")
            found = first_difference(ours[name], theirs[name], f"{where}.{name}")
            if found is not None:
                return found
        return None
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = enumerate(zip(ours, theirs))
        return next((found for at, (one, other) in pairs if (found := first_difference(one, other, f"{where}[{at}]")) is not None), None)
    return None if ours == theirs else where.lstrip(".")


def _sums(claims: Mapping[str, Any]) -> Iterator[Fault]:
    units = Counter(township["unit"] for township in claims["townships"])
    for unit, times in units.items():
        if times > 1:
            yield Fault("township_twice", unit)
    for township in claims["townships"]:
        if township["status"] not in STATUSES:
            yield Fault("class_unknown", township["code"])
    scope, classes = counts(claims["townships"])
    if claims["scope"] != scope or claims["classes"] != classes:
        yield Fault("sums", f"{sum(classes.values())}")


def _exclusions(claims: Mapping[str, Any]) -> Iterator[Fault]:
    reasons = {one["unit"]: one["reasons"] for one in claims["townships"] if one["status"] == "excluded"}
    named = Counter(one["unit"] for one in claims["exclusions"])
    for one in claims["exclusions"]:
        if reasons.get(one["unit"]) != [one["reason"]] or named[one["unit"]] > 1:
            yield Fault("exclusion_wrong", one["unit"])
    for unit in reasons:
        if unit not in named:
            yield Fault("exclusion_wrong", unit)


def _waivers(claims: Mapping[str, Any]) -> Iterator[Fault]:
    named = Counter(one["village"] for one in claims.get("waivers", ()))
    for one in claims.get("waivers", ()):
        if named[one["village"]] > 1 or one["listed"] >= claims["thresholds"]["twp_min_listed"]:
            yield Fault("waiver_wrong", one["code"])
    for visit in claims["visits"]:
        if visit.get("village_waived") not in (None, *named):
            yield Fault("waiver_wrong", visit["visit"])


def _visits(claims: Mapping[str, Any]) -> Iterator[Fault]:
    limits = claims["thresholds"]
    units = {township["unit"] for township in claims["townships"]}
    seen: set[str] = set()
    lines = Counter(line for visit in claims["visits"] for line in (visit["decision"], *visit["messages"]))
    for visit in claims["visits"]:
        if visit["visit"] in seen or visit["unit"] not in units:
            yield Fault("visit_misplaced", visit["visit"])
        seen.add(visit["visit"])
        enough = (visit["inspectors"] >= limits["min_inspectors"] and visit["minutes"] >= limits["min_minutes"]
                  and len({one["id"] for one in visit["households"]}) >= limits["visit_min_hh"]
                  and (visit["place"] == "inside" or visit["place"] in CONFIRMABLE and visit["confirmed"])
                  and visit["messages"] and visit["photos"])
        if not enough:
            yield Fault("visit_short", visit["visit"])
        # Each line of the log is of one visit. Pictures may be alike, where a reviewer saw that and accepted them.
        if any(lines[line] > 1 for line in (visit["decision"], *visit["messages"])) or len({*visit["photos"]}) < len(visit["photos"]):
            yield Fault("evidence_twice", visit["visit"])


def _townships(claims: Mapping[str, Any]) -> Iterator[Fault]:
    of_unit: dict[str, list[Any]] = {}
    waived = {one["village"]: one["listed"] for one in claims.get("waivers", ())}
    for visit in claims["visits"]:
        of_unit.setdefault(visit["unit"], []).append(
            {**visit, "hh": visit["households"], "waived": waived.get(visit.get("village_waived"))})
    for township in claims["townships"]:
        parts = township.get("parts")
        if parts is not None and not 0 < len({*parts}) == len(parts):
            yield Fault("parts_wrong", township["code"])
        visits = of_unit.get(township["unit"], [])
        # Each part of a merged township is covered by its own visits (``coverage.judge_merged``).
        groups = [visits] if parts is None else [[visit for visit in visits if visit.get("part") == part] for part in parts]
        short = any(not group or township_lacks(group, claims["thresholds"]) for group in groups)
        both = all({visit["team"] for visit in group} >= {"A", "B"} for group in groups)
        if township["status"] in COVERED and (short or both != (township["status"] == "covered_both")):
            yield Fault("township_short", township["code"])


def _gaps(claims: Mapping[str, Any]) -> Iterator[Fault]:
    still_open = {one["unit"]: one["code"] for one in claims["townships"] if one["status"] in OPEN}
    signed = Counter(gap["unit"] for gap in claims["gaps"])
    for unit, times in signed.items():
        if unit not in still_open or times > 1:
            yield Fault("gap_wrong", unit)
    for unit, code in still_open.items():
        if claims["round"]["state"] == "closed" and unit not in signed:
            yield Fault("gap_unsigned", code)


def _log(log: Mapping[str, Any]) -> Iterator[Fault]:
    for before in log["grew_from"]:
        path = [bytes.fromhex(step) for step in before["path"]]
        if not grew_out_of(before["size"], bytes.fromhex(before["head"]), log["size"], bytes.fromhex(log["head"]), path):
            yield Fault("log_rewritten", before["date"])
