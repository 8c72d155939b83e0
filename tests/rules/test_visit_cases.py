"""One visit told line by line lacks the same things here and on the phone (``visit_cases.json``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fieldcheck.checklists import checklist
from fieldcheck.rules.coverage import rules_of_visit, township_lacks
from fieldcheck.rules.evidence import core_of, evidence_of
from fieldcheck.rules.visit import fold_visit
from tests.rules.test_visit import DECLARED, FIRST, HASH, VISIT, Told

BOOK = json.loads((Path(__file__).parent / "visit_cases.json").read_text("utf-8"))
CORE = {**core_of(checklist("2026-1")), "household": []}


def told(case: dict[str, Any]) -> Told:
    """The good visit as the case changes it."""
    made = Told()
    lines = [line for line in [*BOOK["good"], *case.get("add", [])] if line["id"] not in case.get("leave", [])]
    for line in sorted(lines, key=lambda one: one["minute"]):
        body = {**line["body"], **case.get("change", {}).get(line["id"], {})}
        if line["kind"] == "visit.opened":
            body["declarations"] = {**DECLARED, **case.get("declared", {})}
        if line.get("core"):
            body["answers"] = [answer(code, case.get("answers", {})) for code in CORE["village"]]
        made.say(FIRST, line["minute"], line["kind"], body)
    return made


def answer(code: str, given: dict[str, Any]) -> dict[str, Any]:
    """As the case says, else the reason why not."""
    return {"code": code, "state": "answered", "value": given[code]} if code in given else \
        {"code": code, "state": "na", "reason_private": HASH}


@pytest.mark.parametrize("case", BOOK["cases"], ids=lambda case: case["name"])
def test_line_by_line_the_same_things_are_missing(case: dict[str, Any]) -> None:
    made = told(case)
    made.fix(FIRST, 0)
    made.fix(FIRST, 59)
    doc = fold_visit(VISIT, made.lines)
    assert doc["skipped"] == 0
    inspectors = ["a1", *(one["inspector"] for one in doc["companions"])]
    evidence = evidence_of({**doc, "place": {"result": "inside"}, "inspectors": inspectors}, CORE, {})  # type: ignore[arg-type]
    reasons = {one["reason"] for one in rules_of_visit(evidence, {}) if one["reason"]} - {"not_reviewed"}
    assert sorted(reasons | set(township_lacks([evidence], {}))) == sorted(case["reasons"])
