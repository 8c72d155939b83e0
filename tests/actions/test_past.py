"""A round as it stood on an earlier day: the log says it again, to the letter, and names what each rule rests on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fieldcheck.actions.mark_compromised import mark_compromised
from fieldcheck.rules.coverage import RULES
from fieldcheck.store import coverage, past
from fieldcheck.times import written
from tests.actions.test_review import accept, arrived

TOWNSHIP, NEXT = "420101100", "420101101"


def moment_now() -> str:
    return written(datetime.now(UTC))


@pytest.fixture
def history(world):
    """Moments, and what the coverage document said at each."""
    world.assign(TOWNSHIP, "a1", "a2")
    world.assign(NEXT, "a1", "a2")
    told = []

    def note() -> None:
        told.append((at := moment_now(), coverage.coverage(world.db, world.round, at)))
        while moment_now() == at:  # what comes next belongs to a later millisecond
            pass

    phone = world.phone()
    note()
    first = arrived(phone, world.walk(phone, TOWNSHIP))
    note()
    accept(world, first)
    note()
    second = arrived(phone, world.walk(phone, NEXT))
    note()
    mark_compromised(world.db, world.keys, first, True, "演示", world.accounts["office"].id, datetime.now(UTC))
    note()
    accept(world, second)
    note()
    return told


def statuses(picture):
    return {one["properties"]["code"]: (one["properties"]["status"], one["properties"]["flags"], one["properties"]["reasons"],
                                        [visit["state"] for visit in one["properties"]["visits"]]) for one in picture["features"]}


def test_every_earlier_moment_is_told_as_it_was_told_then(world, history):
    assert len({str(statuses(picture)) for _, picture in history}) == len(history)
    for _ in range(2):  # the second time from what is remembered
        for at, picture in history:
            then = past.coverage_at(world.db, world.round, at)
            assert statuses(then) == statuses(picture) and then["counts"] == picture["counts"]


def test_each_rule_names_its_inputs_its_thresholds_and_messages_that_stand_on_the_log(world, history):
    *_, (at, _picture) = history
    told = past.explained_at(world.db, world.round, NEXT, at)
    (visit,) = told["visits"]
    rules = {rule["rule"]: rule for rule in visit["rules"]}
    assert told["status"] == "covered" and tuple(rules) == RULES
    assert {rule["result"] for rule in visit["rules"]} == {"pass"}
    assert (rules["R2"]["looked_at"]["inspectors"], rules["R2"]["asks_for"]) == (2, {"min_inspectors": 2})
    assert rules["R5"]["looked_at"]["minutes"] >= rules["R5"]["asks_for"]["min_minutes"] == 30
    assert rules["R6"]["looked_at"] == {"counted": 5, "households": 5} and rules["R7"]["looked_at"] == {"missing": []}
    for rule in visit["rules"]:
        assert rule["messages"], rule["rule"]
        for message in rule["messages"]:
            held = world.db.execute("SELECT hash FROM messages WHERE chain = ? AND seq = ?", [message["chain"], message["seq"]])
            assert held.fetchone() == (message["hash"],)


def test_the_rule_that_failed_then_says_what_it_saw_then(world, history):
    at = history[4][0]
    (visit,) = past.explained_at(world.db, world.round, TOWNSHIP, at)["visits"]
    failed = [rule for rule in visit["rules"] if rule["result"] == "fail"]
    assert [(rule["rule"], rule["reason"], rule["looked_at"]["compromised"]) for rule in failed] == [("R3", "compromised", True)]
    (before,) = past.explained_at(world.db, world.round, TOWNSHIP, history[2][0])["visits"]
    assert all(rule["result"] == "pass" for rule in before["rules"])
    assert past.explained_at(world.db, world.round, TOWNSHIP, history[0][0])["visits"] == []


def test_what_is_not_in_the_round_is_not_explained(world):
    assert past.explained_at(world.db, world.round, "nowhere", moment_now()) is None
    assert past.explained_at(world.db, "no-round", TOWNSHIP, moment_now()) is None
