"""Two phones in one visit: whatever arrives first it is the same visit, what was recorded before the seal counts, and one
answer of two counts once the reviewer says which.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldcheck.rules.answers import chosen_device, undecided
from fieldcheck.rules.evidence import core_missing, signs
from fieldcheck.rules.visit import counted_households, fold_visit
from sync.message import line_hash
from tests.rules.test_visit import DECLARED, FIRST, HASH, OPENED, SECOND, VISIT, Told

JOINED = {name: OPENED[name] for name in ("assignment", "round", "unit", "village", "team", "type", "checklist", "app")}


@pytest.fixture
def told() -> Told:
    """Begun on one phone, joined on the other five minutes later."""
    made = Told()
    made.say(FIRST, 0, "visit.opened", OPENED)
    join(made, 5)
    return made


def join(told: Told, minute: float) -> None:
    """The team-mate's phone joins."""
    told.say(SECOND, minute, "visit.joined", {**JOINED, "numbers_from": 201})


def seal(told: Told, chain: str, minute: float, heads: Any = ()) -> str:
    """A seal that knows of these heads."""
    return told.say(chain, minute, "visit.sealed", {"photos": [], "declarations": DECLARED, "heads": list(heads)})


def answer(told: Told, chain: str, minute: float, code: str, value: Any) -> str:
    """One village answer; returns the hash of its line."""
    return told.say(chain, minute, "answers.recorded", {
        "level": "village", "answers": [{"code": code, "state": "answered", "value": value}]})


def choose(told: Told, code: str, line: str, *over: str) -> None:
    """The reviewer marks which answer counts."""
    told.say("desk", 100, "answer.chosen", {"visit": VISIT, "subject": "village", "code": code, "line": line, "over": sorted(over)})


def numbers(told: Told) -> list[int]:
    """Households that count."""
    return [household["number"] for household in counted_households(told.doc())]


def whole_story() -> Told:
    """Both phones record, one leaves, one seals, the desk returns, both mend, an answer is marked."""
    told = Told()
    told.say(FIRST, 0, "visit.opened", OPENED)
    join(told, 5)
    told.household(FIRST, 12, 1)
    told.household(SECOND, 17, 201)
    mine, theirs = answer(told, FIRST, 20, "V44", ["leak"]), answer(told, SECOND, 21, "V44", ["none"])
    told.say(SECOND, 25, "visit.left", {})
    seal(told, FIRST, 30)
    line = told.returned(-50)
    told.say(SECOND, 60, "visit.reopened", {"returned": line})
    told.household(SECOND, 62, 201, photo_refused_private=HASH)
    told.say(FIRST, 61, "visit.reopened", {"returned": line})
    seal(told, FIRST, 65)
    told.household(SECOND, 90, 202)
    choose(told, "V44", theirs, mine)
    return told


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 15))
def test_no_order_of_arrival_of_two_phones_changes_the_visit_not_even_half_told(random: Random, lost: int) -> None:
    lines = whole_story().lines
    del lines[max(0, len(lines) - lost):]
    assert fold_visit(VISIT, random.sample(lines, len(lines))) == fold_visit(VISIT, lines)


def test_a_part_that_arrives_before_the_openers_already_says_which_visit_it_is() -> None:
    told = Told()
    join(told, 5)
    told.household(SECOND, 17, 201)
    alone = told.doc()
    assert (alone["unit"], alone["round"], alone["state"], alone["declarations"]) == ("u", "r", "draft", None)
    told.say(FIRST, 0, "visit.opened", {**OPENED, "village": "v9"})
    both = told.doc()
    assert (both["village"], both["opened_at"] < alone["opened_at"], both["declarations"]) == ("v9", True, DECLARED)
    assert [(one["device"], one["how"]) for one in both["members"]] == [(FIRST, "opened"), (SECOND, "joined")]


@pytest.mark.parametrize(("minute", "counts"), [(29, True), (40, True), (40.1, False), (600, False)])
def test_what_another_phone_recorded_before_the_seal_counts_and_ten_minutes_are_between_clocks(
        told: Told, minute: float, counts: bool) -> None:
    told.household(FIRST, 12, 1)
    seal(told, FIRST, 30)
    told.household(SECOND, minute, 201)
    assert numbers(told) == ([1, 201] if counts else [1])
    assert (told.doc()["state"], told.doc()["after_seal"]) == ("submitted", 0 if counts else 1)


def test_past_the_seal_everything_is_whatever_the_clock_was_set_to_and_nobody_joins_a_sealed_visit(told: Told) -> None:
    seal(told, FIRST, 30)
    told.household(SECOND, 50, 201)
    told.household(SECOND, 20, 202)
    third = "d3"
    told.say(third, 60, "visit.joined", {**JOINED, "numbers_from": 301})
    told.household(third, 15, 301)
    assert numbers(told) == [] and told.doc()["after_seal"] == 4
    assert [one["device"] for one in told.doc()["members"]] == [FIRST, SECOND]


def test_what_the_seal_names_by_hash_counts_whatever_the_clocks_say_and_an_invented_head_does_not(told: Told) -> None:
    told.household(SECOND, 500, 201)
    known = {"device": SECOND, "seq": 2, "hash": line_hash(told.lines[-1].line)}
    told.household(SECOND, 501, 202)
    seal(told, FIRST, 30, [known])
    assert numbers(told) == [201]
    forged = Told()
    forged.lines = told.lines[:-1]
    forged.chains = told.chains
    seal(forged, "d3", 30, [{**known, "hash": HASH, "seq": 9}])
    assert [household["number"] for household in counted_households(forged.doc())] == []


def test_a_declaration_not_made_on_the_second_phone_is_heard_even_after_the_seal(told: Told) -> None:
    seal(told, FIRST, 30)
    told.household(SECOND, 600, 201)
    told.seal(SECOND, 601, not_escorted=False)
    assert told.doc()["declarations_sealed"]["not_escorted"] is False and numbers(told) == []


def test_a_phone_that_leaves_ends_its_own_part_alone(told: Told) -> None:
    told.say(SECOND, 20, "visit.left", {})
    told.household(SECOND, 21, 201)
    told.household(FIRST, 22, 1)
    assert (told.doc()["state"], numbers(told), told.doc()["after_seal"]) == ("draft", [1], 1)


def test_one_phone_giving_up_leaves_the_visit_to_the_other(told: Told) -> None:
    told.say(SECOND, 20, "visit.abandoned", {})
    assert told.doc()["state"] == "draft"
    told.say(FIRST, 21, "visit.abandoned", {})
    assert told.doc()["state"] == "abandoned"


def test_two_different_answers_are_undecided_until_one_is_marked_and_both_stay(told: Told) -> None:
    mine, theirs = answer(told, FIRST, 10, "V44", ["leak"]), answer(told, SECOND, 11, "V44", ["none"])
    assert undecided(told.doc()) == [("village", "V44")] and signs(told.doc()) == ["leak", "none"]
    choose(told, "V44", theirs, mine)
    doc = told.doc()
    assert (undecided(doc), signs(doc), chosen_device(doc, "village", "V44")) == ([], ["none"], SECOND)
    assert set(doc["answers"]["village"]["V44"]) == {FIRST, SECOND}
    choose(told, "V44", mine, theirs)
    assert signs(told.doc()) == ["leak"]


def test_equal_answers_need_no_mark_and_core_follows_the_marked_one(told: Told) -> None:
    answer(told, FIRST, 10, "V01", "x")
    answer(told, SECOND, 11, "V01", "x")
    assert undecided(told.doc()) == []
    mine = answer(told, FIRST, 12, "V02", "x")
    theirs = told.say(SECOND, 13, "answers.recorded", {"level": "village", "answers": [{"code": "V02", "state": "refused"}]})
    core = {"village": ["V01", "V02"], "household": []}
    assert core_missing(told.doc(), core, []) == []
    choose(told, "V02", theirs, mine)
    assert core_missing(told.doc(), core, []) == [("village", "V02")]


def test_an_answer_that_changes_or_comes_after_the_mark_asks_again(told: Told) -> None:
    mine, theirs = answer(told, FIRST, 10, "V44", ["leak"]), answer(told, SECOND, 11, "V44", ["none"])
    choose(told, "V44", theirs, mine)
    answer(told, SECOND, 12, "V44", ["escort"])
    assert undecided(told.doc()) == [("village", "V44")] and signs(told.doc()) == ["escort", "leak"]


def test_a_mark_does_not_stand_over_an_answer_that_nobody_looked_at(told: Told) -> None:
    mine, theirs = answer(told, FIRST, 10, "V44", ["leak"]), answer(told, SECOND, 11, "V44", ["none"])
    choose(told, "V44", theirs, mine)
    answer(told, FIRST, 12, "V44", ["escort"])
    assert undecided(told.doc()) == [("village", "V44")] and signs(told.doc()) == ["escort", "none"]
