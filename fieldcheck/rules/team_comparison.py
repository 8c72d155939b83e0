"""Teams against each other (两组对照): what both teams were told of one village, side by side, and how often they agree. Pure.

Only villages that both teams have sealed a visit of are compared, so neither team is held against what it could have copied.
A village is one, so its answers are compared one by one; households are drawn, each team's are others, so of them only how many
answered negatively is told, with n. Source: ``docs/inspection-rules.md`` §5.7.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any, Iterable, Mapping, NamedTuple, Sequence

from .answer_sheet import is_negative
from .answers import standing
from .coverage import LOOKED_AT
from .visit import counted_households

CHOSEN = ("single", "yesno", "multi")
"""Types of answers that are chosen among given ones: a number that is counted anew may honestly be another."""


class Agreed(NamedTuple):
    """``agree`` of ``n`` answers were the same."""

    agree: int
    n: int

    @property
    def percent(self) -> int | None:
        """Whole per cent; ``None`` where there is nothing to compare."""
        return round(100 * self.agree / self.n) if self.n else None


class VillageCompared(NamedTuple):
    """One village: each team's latest sealed visit, and code → team → answer of what both answered."""

    unit: str
    village: str
    visits: Mapping[str, str]
    answers: Mapping[str, Mapping[str, Mapping[str, Any]]]

    @property
    def agreed(self) -> Agreed:
        """How many of its answers are the same."""
        return Agreed(sum(_same(given) for given in self.answers.values()), len(self.answers))


class HouseholdsCompared(NamedTuple):
    """One township: code → team → (households that answered negatively, households asked); only where both asked."""

    unit: str
    rates: Mapping[str, Mapping[str, tuple[int, int]]]


class Comparison(NamedTuple):
    """All of it. ``questions``: code → how often the teams agree on it."""

    villages: Sequence[VillageCompared]
    townships: Sequence[HouseholdsCompared]
    questions: Mapping[str, Agreed]
    overall: Agreed


def compared(docs: Iterable[Mapping[str, Any]], checklist: Mapping[str, Any], teams: Sequence[str] = ("A", "B")) -> Comparison:
    """The comparison of these folded visits; the order in which they come changes nothing."""
    sealed = sorted((doc for doc in docs if doc["state"] in LOOKED_AT and doc["team"] in teams and doc["counts_for"]),
                    key=lambda doc: (doc["counts_for"], doc["village"] or "", doc["sealed_at"] or "", doc["visit"]))
    villages = [_village(unit, village, list(of_it), checklist, teams)
                for (unit, village), of_it in groupby(sealed, key=lambda doc: (doc["counts_for"], doc["village"])) if village]
    both = [one for one in villages if one is not None]
    agreed, asked = Counter[str](), Counter[str]()
    for one in both:
        asked.update(one.answers.keys())
        agreed.update(code for code, given in one.answers.items() if _same(given))
    townships = [_township(unit, list(of_it), checklist, teams) for unit, of_it in groupby(sealed, key=lambda doc: doc["counts_for"])]
    return Comparison(both, [one for one in townships if one.rates], {
        question["code"]: Agreed(agreed[question["code"]], asked[question["code"]])
        for question in checklist["questions"] if asked[question["code"]]}, Agreed(agreed.total(), asked.total()))


def _village(unit: str, village: str, docs: Sequence[Mapping[str, Any]], checklist: Mapping[str, Any],
             teams: Sequence[str]) -> VillageCompared | None:
    latest = {doc["team"]: doc for doc in docs}
    if len(latest) < len(teams):
        return None
    codes = [q["code"] for q in checklist["questions"] if q["level"] == "village" and q["type"] in CHOSEN]
    said = {code: {team: given for team in teams if (given := _answer(latest[team], "village", code))} for code in codes}
    return VillageCompared(unit, village, {team: latest[team]["visit"] for team in teams},
                           {code: given for code, given in said.items() if len(given) == len(teams)})


def _township(unit: str, docs: Sequence[Mapping[str, Any]], checklist: Mapping[str, Any], teams: Sequence[str]) -> HouseholdsCompared:
    questions = [q for q in checklist["questions"] if q["level"] == "household" and q["type"] in CHOSEN]
    rates: dict[str, dict[str, tuple[int, int]]] = {}
    for question in questions:
        given = {team: [answer for doc in docs if doc["team"] == team for household in counted_households(doc)  # type: ignore[arg-type]
                        if (answer := _answer(doc, household["household"], question["code"]))] for team in teams}
        if all(given.values()):
            rates[question["code"]] = {
                team: (sum(is_negative(question, one, checklist.get("params", {})) for one in answers), len(answers))
                for team, answers in given.items()}
    return HouseholdsCompared(unit, rates)


def _answer(doc: Mapping[str, Any], subject: str, code: str) -> Mapping[str, Any] | None:
    """The answer that counts, its choices in one order; ``None`` where phones differ and nobody marked one."""
    given = [{"state": one["state"], "value": _ordered(one.get("value")), "line": one["line"]}
             for one in standing(doc, subject, code) if one["state"] == "answered"]
    return given[0] if given and all(one["value"] == given[0]["value"] for one in given) else None


def _ordered(value: Any) -> Any:
    return sorted(value, key=str) if isinstance(value, list) else value


def _same(given: Mapping[str, Mapping[str, Any]]) -> bool:
    values = [one["value"] for one in given.values()]
    return all(value == values[0] for value in values)
