"""What one visit proves (凭据), flat and small: the folded visit reduced to what the coverage rules look at.

Source: ``docs/inspection-rules.md`` §5.3. A township's status is made from these alone, so it costs little to make
anew; the shape is that of ``tests/rules/coverage_cases.json`` once the place test has been applied.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Iterable, Mapping, NotRequired, Sequence, TypedDict

from .answers import standing
from .faults import parse_time
from .place import Fix, PlaceParams, unusable_because
from .settings import photo_sources
from .visit import counted_households
from .visit_state import last_decision
from .waiver import waived_in

BEIJING = timedelta(hours=8)
LISTED_TYPES = ("poor", "exited")
"""建档立卡户、脱贫户: households on the list."""


class EvidenceHousehold(TypedDict):
    """A household that counts, by its id, and its type."""

    id: str
    type: str


class Evidence(TypedDict):
    """One visit for the rules. ``leak_confirmed`` and ``compromised`` are ``None`` where nobody decided,
    ``recused``: how many of the ``inspectors`` must not go there; ``doubted``: the team itself marked it and no clearing saw that yet; ``date`` is
    the day in Beijing; ``minutes`` on the spot; ``waived``: how many listed households its village has, where the round waives more; ``hh`` are complete covert households with a photo or the reason why not.
    """

    visit: NotRequired[str]
    team: str | None
    type: str | None
    state: str
    date: str | None
    inspectors: int
    recused: NotRequired[int]
    declared_ok: bool
    V44: NotRequired[list[str]]
    leak_confirmed: NotRequired[bool | None]
    compromised: NotRequired[bool | None]
    doubted: NotRequired[bool]
    place: str
    location_confirmed: NotRequired[bool]
    place_photo: bool
    minutes: float
    core_complete: bool
    hh: list[EvidenceHousehold]
    waived: NotRequired[int]


class Core(TypedDict):
    """The codes of the core questions (核心题) of a checklist; ``for_types``: those asked of some types of household only;
    ``on_facts``: those asked under a fact that the checklist itself asks for (``applies_when``).
    """

    village: Sequence[str]
    household: Sequence[str]
    for_types: NotRequired[Mapping[str, Sequence[str]]]
    on_facts: NotRequired[Mapping[str, Mapping[str, Any]]]


def core_of(checklist: Mapping[str, Any]) -> Core:
    """The core questions of a checklist, by level. Any other condition than a household's type or a fact that was asked is
    not looked at here: such a question is asked of everybody, and "does not apply" with a reason answers it.
    """
    facts = {fact["code"] for fact in checklist.get("facts", ())}
    every = {q["code"]: q.get("applies_when") or {} for q in checklist["questions"]}
    rules = {q["code"]: q.get("applies_when") or {} for q in checklist["questions"] if q["level"] == "household"}
    return {"village": _core(checklist, "village"), "household": _core(checklist, "household"),
            "for_types": {code: rule["in"] for code, rule in rules.items()
                          if rule.get("fact") == "household.type" and "in" in rule},
            "on_facts": {code: rule for code, rule in every.items() if rule.get("fact") in facts}}


def evidence_of(doc: Mapping[str, Any], core: Core | None, params: Mapping[str, Any]) -> Evidence:
    """The evidence of a folded visit with its ``place`` and ``inspectors`` (``store/visits.py``).

    ``core``: ``None`` where the checklist is not known here, then nothing is complete; ``params``: of the round.
    """
    counting = households_with_photo(doc, params)
    accepted, waived = acceptance(doc), waived_in(doc["village"], params)
    return {
        "visit": doc["visit"], "team": doc["team"], "type": doc["type"], "state": doc["state"],
        "date": day_of_visit(doc), "inspectors": len(doc["inspectors"]),
        "recused": recused_there(doc),
        "declared_ok": all(all((doc[name] or {}).values()) for name in ("declarations", "declarations_sealed")),
        "V44": signs(doc), "leak_confirmed": accepted["leak_confirmed"] if accepted else None,
        "compromised": doc["compromised"], "doubted": not all(one["cleared"] for one in doc["doubts"]),
        "place": doc["place"]["result"],
        "location_confirmed": bool(accepted and accepted["place_confirmed"]),
        "place_photo": any(photo["kind"] == "place" for photo in proving_photos(doc, params)),
        "minutes": minutes_on_site(doc, params),
        "core_complete": core is not None and not core_missing(doc, core, [h["household"] for h in counting]),
        "hh": [{"id": h["household"], "type": h["type"]} for h in counting],
        **({} if waived is None else {"waived": waived}),  # type: ignore[typeddict-item]
    }


def recused_there(doc: Mapping[str, Any]) -> int:
    """How many of the confirmed inspectors must not have gone there (回避), by what the server said of it."""
    said = doc.get("recused", ())
    return sum(one["id"] in said for one in doc["inspectors"]) if said else 0


def heard_late(accepted: Evidence, late: Evidence) -> Evidence:
    """The evidence of an accepted visit once more has arrived: only what speaks against it is heard before it is accepted
    again. Whoever accepted it knew of no leak that is named since, and so has not called it a rumour.
    """
    leak = "leak" in late["V44"] and "leak" not in accepted["V44"]
    return {**accepted, "V44": sorted({*accepted["V44"], *late["V44"]}),
            "declared_ok": accepted["declared_ok"] and late["declared_ok"], "doubted": late["doubted"],
            "recused": max(accepted.get("recused", 0), late.get("recused", 0)),
            "leak_confirmed": None if leak else accepted["leak_confirmed"]}


def households_with_photo(doc: Mapping[str, Any], params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Households that count towards R6: complete, covert, each with a photo taken in the app or the reason why not."""
    shown = {photo.get("household") for photo in proving_photos(doc, params)}
    return [h for h in counted_households(doc) if h["household"] in shown or "photo_refused_private" in h]  # type: ignore[arg-type]


def told(doc: Mapping[str, Any]) -> dict[str, Any]:
    """The visit with every photo that it tells of taken as arrived: what it would prove if nothing were lost."""
    return {**doc, "decisions": [
        {**one, "photos": [photo["sha256"] for photo in doc["photos"]]} if one["kind"] == "accepted" else one
        for one in doc["decisions"]]}


def proving_photos(doc: Mapping[str, Any], params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Photos taken in the app: those told of while the visit waits, but of an accepted visit only those whose bytes the
    server had opened and hashed when it was accepted. A picture that never arrives proves nothing.
    """
    accepted = acceptance(doc)
    held = None if accepted is None else set(accepted["photos"])
    return [photo for photo in doc["photos"]
            if photo["source"] in photo_sources(params) and (held is None or photo["sha256"] in held)]


def core_missing(doc: Mapping[str, Any], core: Core, households: Iterable[str]) -> list[tuple[str, str]]:
    """Core questions without an answer, as (``village`` or household, code). ``na``, ``not_found`` and ``refused``
    count as answered with a line of reason (§3.1); one phone's answer is enough while none is marked. What is asked of
    listed households only is not missed at another.
    """
    types = {household["household"]: household["type"] for household in doc["households"]}
    only = core.get("for_types", {})
    wanted = [("village", code) for code in core["village"]]
    wanted += [(household, code) for household in households for code in core["household"]
               if code not in only or types.get(household) in only[code]]
    return [(subject, code) for subject, code in wanted
            if not any(_answered(given) for given in standing(doc, subject, code))
            and _applies(doc, subject, core.get("on_facts", {}).get(code))]


def _applies(doc: Mapping[str, Any], subject: str, rule: Mapping[str, Any] | None) -> bool:
    # What nobody said hides no question; where phones differ, one that asks is enough.
    said = [given["value"] for given in standing(doc, subject, rule["fact"]) if "value" in given] if rule else []
    return not said or any(fact_holds(rule or {}, value) for value in said)


def fact_holds(rule: Mapping[str, Any], value: Any) -> bool:
    """Whether an ``applies_when`` holds for the answer to a fact that was asked; ``yes`` and ``no`` are true and false."""
    known = {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value
    if "in" in rule:
        return known in rule["in"]
    return known not in rule["not_in"] if "not_in" in rule else known == rule.get("eq")


def minutes_on_site(doc: Mapping[str, Any], params: Mapping[str, Any]) -> float:
    """Minutes between the first and the last usable fix before the first seal; without two usable fixes by the
    visit's own clock, from opening to seal (§5.3 R5).
    """
    limits = PlaceParams.of(params)
    times = [fix["at"] for fix in fixes_of_visit(doc) if unusable_because(Fix.of(fix, fix["at"]), limits) is None]
    if len(times) < 2:
        times = [doc["opened_at"], *(seal["at"] for seal in doc["seals"] if seal["answers"] is None)]
    moments = [moment for moment in map(parse_time, times) if moment is not None]
    return round((max(moments) - min(moments)).total_seconds() / 60, 1) if moments else 0.0


def fixes_of_visit(doc: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fixes of the visit proper: what is taken after a return was reopened proves neither place nor time."""
    return [fix for fix in doc["fixes"] if not fix["reopened"]]


def signs(doc: Mapping[str, Any]) -> list[str]:
    """What V44 (走漏风声等迹象) names, on whichever phone it was answered while none is marked."""
    given = standing(doc, "village", "V44")
    return sorted({sign for one in given if isinstance(one.get("value"), list) for sign in one["value"]})


def beijing_day(moment: datetime) -> str:
    """The date in Beijing, ``YYYY-MM-DD``: the days of the rules are local ones."""
    try:
        return (moment + BEIJING).date().isoformat()
    except OverflowError:  # a clock that shows the last hours of the year 9999
        return moment.date().isoformat()


def day_of_visit(doc: Mapping[str, Any]) -> str | None:
    """The day in Beijing on which the phones say that the visit was sealed, or else opened."""
    return _day(doc["sealed_at"] or doc["opened_at"])


def acceptance(doc: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The decision by which the visit is accepted, or ``None`` while it is not."""
    last = last_decision(doc)  # type: ignore[arg-type]
    return last if last is not None and doc["state"] == "accepted" else None


def _day(at: str | None) -> str | None:
    moment = parse_time(at)
    return moment and beijing_day(moment)


def _core(checklist: Mapping[str, Any], level: str) -> list[str]:
    return [q["code"] for q in checklist["questions"] if q["level"] == level and q["core"]]


def _answered(given: Mapping[str, Any]) -> bool:
    return "value" in given if given["state"] == "answered" else "reason_private" in given
