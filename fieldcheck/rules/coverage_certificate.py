"""The coverage certificate (覆盖凭证): the shape of its claims, and whether they agree with one another.

Pure. What is here can be checked by whoever holds the certificate and nothing else. Whether the claims are what the log
says can be reckoned by whoever holds the log (``actions/verify_certificate.py``).
Source: ``docs/coverage-certificate.md``.
(No postponed annotations here: Python 3.11 would not see which members may be absent.)
"""

import hashlib
import json
from collections import Counter
from typing import Any, Iterator, Mapping, NamedTuple, NotRequired, Sequence, TypedDict

from pydantic import ValidationError

from sync.merkle import grew_out_of

from .coverage import STATUSES, township_lacks
from .settings import thresholds
from .shapes import adapter

COVERAGE_TYPE = "fc-coverage"
VERSION = 1
COVERED = ("covered", "covered_both")
OPEN = ("visited_unverified", "unvisited")
FROM_ARRIVAL = ("made_at", "date", "log")
"""Members that depend on when something arrived or was certified; so do the hashes of decisions (``arrangement``)."""


class Township(TypedDict):
    """One township-level unit and the one class it is in; ``reasons``: what is missing, or why it is not counted.

    ``parts``: of a merged one (合并), the predecessors that must each be covered.
    """

    unit: str
    code: str
    name: str
    county: str
    status: str
    flags: list[str]
    reasons: list[str]
    parts: NotRequired[list[str]]


class Household(TypedDict):
    """A household that counts (户), by its id in the visit, without name or place."""

    id: str
    type: str


class CountedVisit(TypedDict):
    """A visit that counts (有效走访). ``date``: the day in Beijing; ``inspectors``: how many were confirmed; ``minutes`` on the
    spot; ``confirmed``: whether a reviewer confirmed the place; ``decision``: the hash of the desk's line that accepted it;
    ``messages``: the hashes of all its phones' lines, ``photos``: of the pictures that were verified then, both sorted.
    ``village_waived``: its village, where ``waivers`` name it.
    ``part``: which predecessor of a merged township it counts for.
    """

    visit: str
    unit: str
    team: str
    date: str | None
    inspectors: int
    minutes: float
    place: str
    confirmed: bool
    households: list[Household]
    decision: str
    messages: list[str]
    photos: list[str]
    village_waived: NotRequired[str]
    part: NotRequired[str]


class Grown(TypedDict):
    """A head that was printed before, and the path that shows that the log grew out of it (``sync/merkle.py``)."""

    date: str
    size: int
    head: str
    path: list[str]


class Log(TypedDict):
    """The log that all of it was reckoned from: how many entries, the head over them, what it grew out of."""

    size: int
    head: str
    grew_from: list[Grown]


class Excluded(TypedDict):
    """A unit that is not counted (不计入), why, and who signed that; ``None`` where the rule alone says so."""

    unit: str
    reason: str
    signer: str | None


class Waived(TypedDict):
    """A village with fewer listed households (建档立卡户) than a township needs (豁免): how many, why, who answers for it."""

    village: str
    code: str
    name: str
    listed: int
    reason: str
    signer: str


class Gap(TypedDict):
    """A township in scope that the round leaves uncovered (缺口): why, who answers for it, when it was signed."""

    unit: str
    reason: str
    signer: str
    at: str


class Claims(TypedDict):
    """Everything a certificate says. ``register`` and ``checklist`` name what the round froze, by SHA-256; ``scope`` is
    ``units``, ``excluded``, ``in_scope``; ``classes`` counts the townships of each status; ``thresholds`` are all of them.
    ``round`` has ``state``; a closed one leaves no township that is neither covered nor signed off.
    """

    v: int
    made_at: str
    date: str
    round: dict[str, str]
    register: dict[str, str]
    checklist: dict[str, str]
    thresholds: dict[str, Any]
    scope: dict[str, int]
    classes: dict[str, int]
    townships: list[Township]
    exclusions: list[Excluded]
    gaps: list[Gap]
    waivers: NotRequired[list[Waived]]
    visits: list[CountedVisit]
    log: Log


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
    thresholds which the certificate names, and the log grew out of each head that was printed before.
    """
    try:
        adapter(Claims).validate_python(claims)
    except ValidationError as wrong:
        yield Fault("shape", ".".join(map(str, wrong.errors()[0]["loc"])))
        return
    if claims["v"] != VERSION:
        yield Fault("version", str(claims["v"]))
        return
    yield from _sums(claims)
    yield from _visits(claims)
    yield from _townships(claims)
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


def _visits(claims: Mapping[str, Any]) -> Iterator[Fault]:
    limits = thresholds(claims["thresholds"])
    units = {township["unit"] for township in claims["townships"]}
    seen: set[str] = set()
    for visit in claims["visits"]:
        if visit["visit"] in seen or visit["unit"] not in units:
            yield Fault("visit_misplaced", visit["visit"])
        seen.add(visit["visit"])
        enough = (visit["inspectors"] >= limits["min_inspectors"] and visit["minutes"] >= limits["min_minutes"]
                  and len({one["id"] for one in visit["households"]}) >= limits["visit_min_hh"]
                  and (visit["place"] == "inside" or visit["confirmed"]) and visit["messages"] and visit["photos"])
        if not enough:
            yield Fault("visit_short", visit["visit"])


def _townships(claims: Mapping[str, Any]) -> Iterator[Fault]:
    of_unit: dict[str, list[Any]] = {}
    signed = {gap["unit"] for gap in claims["gaps"]}
    waived = {one["village"]: one["listed"] for one in claims.get("waivers", ())}
    for visit in claims["visits"]:
        of_unit.setdefault(visit["unit"], []).append(
            {**visit, "hh": visit["households"], "waived": waived.get(visit.get("village_waived"))})
    for township in claims["townships"]:
        visits = of_unit.get(township["unit"], [])
        # A merged township is covered only if each of its predecessors is, by its own visits.
        parts = [[visit for visit in visits if visit.get("part") == part] for part in township.get("parts", [])] or [visits]
        lacks = any(not of_it or township_lacks(of_it, claims["thresholds"]) for of_it in parts)
        both = all({visit["team"] for visit in of_it} >= {"A", "B"} for of_it in parts)
        if claims["round"].get("state") == "closed" and township["status"] in OPEN and township["unit"] not in signed:
            yield Fault("gap_unsigned", township["code"])
        if township["status"] in COVERED and (lacks or both != (township["status"] == "covered_both")):
            yield Fault("township_short", township["code"])


def _log(log: Mapping[str, Any]) -> Iterator[Fault]:
    for before in log["grew_from"]:
        try:
            path = [bytes.fromhex(step) for step in before["path"]]
            grew = grew_out_of(before["size"], bytes.fromhex(before["head"]), log["size"], bytes.fromhex(log["head"]), path)
        except ValueError:
            grew = False
        if not grew:
            yield Fault("log_rewritten", before["date"])
