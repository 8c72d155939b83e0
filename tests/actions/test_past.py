"""A round as it stood on an earlier day: the log says it again, to the letter, and names what each rule rests on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from fieldcheck.actions.mark_compromised import mark_compromised
from fieldcheck.rules.coverage import RULES
from fieldcheck.store import coverage, log, past, visits
from fieldcheck.texts import speaker
from fieldcheck.times import moment, written
from tests.actions.test_review import accept, arrived
from tests.cli.typed import run
from tests.desk import signed_in

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


def compromised(world, at):
    """An act of the desk by a server's clock that said ``at``."""
    visit = visits.docs_of(world.db, world.round)[0]["visit"]
    mark_compromised(world.db, world.keys, visit, True, "演示", world.accounts["office"].id, at)


def test_a_server_clock_that_stepped_back_changes_no_answer_about_an_earlier_moment(world, history):
    compromised(world, moment(history[1][0]) - timedelta(minutes=1))
    for at, picture in history[:-1]:  # of the last one nothing on the log says that it came before
        assert statuses(past.coverage_at(world.db, world.round, at)) == statuses(picture)


def test_a_server_clock_that_ran_ahead_for_a_while_hides_nothing_from_whoever_asks_about_now(world, history):
    compromised(world, datetime.now(UTC) + timedelta(days=1))
    whole = log.size_at(world.db)
    assert log.size_at(world.db, moment_now()) == whole - 1
    page = signed_in(world.app, "office").get(f"/desk/coverage/{TOWNSHIP}/why", headers={"Accept-Language": "en"})
    assert speaker("en", "desk", "history", "common")("explained.log", n=whole) in page.get_data(as_text=True)
    told = run("coverage", "explain", TOWNSHIP, "--data", world.config.data, "--json")
    assert json.loads(told.output)["log_size"] == whole
