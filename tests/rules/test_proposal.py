"""What answers propose: the cases of ``checklist_cases.json``, which JavaScript runs too, and the checklist that ships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fieldcheck.checklists import checklist
from fieldcheck.rules.answer_sheet import answer_sheet
from fieldcheck.rules.evidence import core_missing, core_of
from fieldcheck.rules.proposal import proposed
from fieldcheck.rules.visit import Line, fold_visit

CASES = json.loads((Path(__file__).parent / "checklist_cases.json").read_text("utf-8"))
INVENTED = CASES["checklist"]
YES_NO = {"yes": "yes", "no": "no"}
AT = "2026-11-23T01:00:00.000Z"


def question(code: str) -> dict[str, Any]:
    return next(one for one in INVENTED["questions"] if one["code"] == code)


@pytest.mark.parametrize("case", CASES["proposed"], ids=lambda case: f"{case['code']} {case['answer'].get('value')}")
def test_an_answer_proposes_what_its_checklist_says(case: dict[str, Any]) -> None:
    assert proposed(INVENTED, question(case["code"]), case["answer"], case["facts"]) == case["proposal"]


def test_no_question_that_ships_ever_proposes_what_only_an_upper_level_can_find() -> None:
    shipped = checklist()
    for one in shipped["questions"]:
        for option in one["options"] or [{"value": 0}]:
            value = [option["value"]] if one["type"] == "multi" else option["value"]
            given = proposed(shipped, one, {"state": "answered", "value": value})
            assert given is None or not (given["a9"] or "").startswith("A9-4")
    assert proposed(INVENTED, {**question("X01"), "suggest_a9": "A9-4c"}, {"state": "answered", "value": "bad"})["a9"] is None  # type: ignore[index]


@pytest.mark.parametrize(("given", "missing"), [(None, ["W01", "W03"]), ("poor", ["W01", "W03"]), ("other", ["W01"])])
def test_a_core_question_is_not_missed_where_the_fact_that_it_hangs_on_says_no(given: str | None, missing: list[str]) -> None:
    answers = {"village": {"village.class": {"phone": {"code": "village.class", "state": "answered", "value": given}}}} if given else {}
    doc = {"answers": answers, "households": [], "chosen": {}}
    assert [code for _, code in core_missing(doc, core_of(INVENTED), [])] == missing


def test_household_book_and_eye_stand_apart_on_the_sheet_and_a_fact_reads_as_a_question() -> None:
    given = {
        "X01": {"a": {"state": "answered", "value": "bad", "says_words": "not received", "book_words": "paid", "line": "1"}},
        "X07": {"a": {"state": "answered", "value": 1, "figures": {"X07a": 4100, "X07b": 2600}, "line": "2"}},
        "X05": {"a": {"state": "not_found", "reason_words": "ledger not shown", "line": "3"}},
        "village.class": {"a": {"state": "answered", "value": "poor", "line": "4"}},
        "W03": {"a": {"state": "answered", "value": 399, "line": "5"}},
    }
    rows = {row.code: row for row in answer_sheet(INVENTED, given, "en", YES_NO)}
    assert dict(rows["X01"].sides) == {"says": "not received", "book": "paid"}
    assert dict(rows["X07"].figures) == {"in the book": "4100", "by the household": "2600"}
    assert rows["X05"].reasons == ("ledger not shown",)
    assert (rows["village.class"].words, rows["W03"].negative) == (("Poor",), True)


def said(device: str, *facts: tuple[str, dict[str, Any]]) -> list[Line]:
    lines = [{"v": 1, "device": device, "seq": seq, "at": AT, "visit": "v", "kind": kind, "body": body}
             for seq, (kind, body) in enumerate(facts, 1)]
    return [Line(device, one["seq"], json.dumps(one), AT) for one in lines]  # type: ignore[arg-type]


MADE = {"level": "village", "question": "W01", "makes": "finding", "severity": "urgent", "topics": ["ZB01"]}
NOTED = {"note": "n", "level": "village", "fact_private": "0" * 64, "proposal": "p"}


@pytest.mark.parametrize(("facts", "state"), [
    ([("proposal.made", {**MADE, "proposal": "p"})], "open"),
    ([("proposal.made", {**MADE, "proposal": "p"}), ("finding.noted", NOTED)], "confirmed"),
    ([("proposal.made", {**MADE, "proposal": "p"}), ("proposal.dismissed", {"proposal": "p", "why": "no_case"})], "dismissed"),
    ([("proposal.made", {**MADE, "proposal": "p"}), ("finding.noted", NOTED), ("proposal.dismissed", {"proposal": "p", "why": "answer_changed"})],
     "confirmed"),
    ([("proposal.made", {**MADE, "proposal": "p"}), ("proposal.dismissed", {"proposal": "other", "why": "no_case"})], "open"),
])
def test_a_proposal_is_open_until_it_is_confirmed_or_dismissed(facts: list[tuple[str, dict[str, Any]]], state: str) -> None:
    doc = fold_visit("v", said("a", *facts))
    assert [one["state"] for one in doc["proposals"]] == [state]


def test_another_phone_decides_nobody_elses_proposal() -> None:
    lines = said("a", ("proposal.made", {**MADE, "proposal": "p"})) + said("b", ("proposal.dismissed", {"proposal": "p", "why": "no_case"}))
    assert fold_visit("v", lines)["proposals"][0]["state"] == "open"
