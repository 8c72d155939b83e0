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
