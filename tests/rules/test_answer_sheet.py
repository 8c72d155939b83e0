"""Answers as a reviewer reads them: in words, both phones', the negative ones marked."""

from __future__ import annotations

import pytest

from fieldcheck.checklists import checklist
from fieldcheck.rules.answer_sheet import answer_sheet, is_negative

YES_NO = {"yes": "Yes", "no": "No"}


def test_answers_are_told_in_words_and_two_phones_words_both_stay() -> None:
    given = {"V01": {"one": {"code": "V01", "state": "answered", "value": "absent", "line": "l1"},
                     "two": {"code": "V01", "state": "answered", "value": "present", "line": "l2"}},
             "V05": {"one": {"code": "V05", "state": "na"}}, "Z99": {"one": {"code": "Z99", "state": "answered", "value": 3}}}
    rows = answer_sheet(checklist(), given, "en", YES_NO)
    assert [(row.code, row.words, row.negative) for row in rows] == [
        ("V01", ("Absent, no record", "Present"), True), ("V05", ("Not applicable",), False), ("Z99", ("3",), False)]
    assert [(row.undecided, [(voice.device, voice.line) for voice in row.voices]) for row in rows[:2]] == [
        (True, [("one", "l1"), ("two", "l2")]), (False, [])]


def test_only_the_marked_answer_says_whether_a_question_is_negative() -> None:
    given = {"V01": {"one": {"code": "V01", "state": "answered", "value": "absent", "line": "l1"},
                     "two": {"code": "V01", "state": "answered", "value": "present", "line": "l2"}}}
    (row,) = answer_sheet(checklist(), given, "en", YES_NO, {"V01": "two"})
    assert (row.negative, row.undecided, [voice.counts for voice in row.voices]) == (False, False, [False, True])


@pytest.mark.parametrize("code, value, english, chinese", [
    ("V19", 3, "3 / 3", "3 / 3 个"), ("V31", 624, "624 × 10,000 CNY", "624 万元"), ("V20", 4, "4 day", "4 天"),
    ("V26", 80, "80 %", "80 %"), ("V34", 2, "2", "2 次"),
])
def test_a_number_is_told_with_its_unit_and_out_of_how_many(code: str, value: int, english: str, chinese: str) -> None:
    given = {code: {"one": {"code": code, "state": "answered", "value": value, "line": "l"}}}
    said = {language: answer_sheet(checklist(), given, language, YES_NO)[0].words for language in ("en", "zh")}
    assert said == {"en": (english,), "zh": (chinese,)}


@pytest.mark.parametrize("rule, value, expected", [
    ({"op": "in", "value": ["a"]}, "a", True), ({"op": "eq", "value": "no"}, "yes", False),
    ({"op": "lt", "value": "$days"}, 19, True), ({"op": "lt", "value": 2}, 2, False), ({"op": "ge", "value": 1}, 1, True),
    ({"op": "missing_any", "value": ["a", "b"]}, ["a"], True), ({"op": "has_any", "value": ["a"]}, ["b"], False),
    ({"op": "lt_by", "value": {"poor": 400}}, 1, False), ({"op": "lt", "value": 2}, "many", False), (None, "no", False),
])
def test_negative_is_what_the_checklist_says(rule: object, value: object, expected: bool) -> None:
    question = {"negative_when": rule}
    assert is_negative(question, {"state": "answered", "value": value}, {"days": 20}) is expected
    assert not is_negative(question, {"state": "refused", "value": value}, {"days": 20})
