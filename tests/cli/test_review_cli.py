"""``fieldcheck coverage explain`` and ``fieldcheck user code``: the same words as the map, a code shown once."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from fieldcheck.cli import main
from fieldcheck.texts import speaker
from fieldcheck.store import companions
from tests.world import CODE, World

TOWNSHIP = "420101100"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("world"))
    made.assign(TOWNSHIP, "a1", "a2")
    phone = made.phone()
    made.walk(phone, TOWNSHIP).whole_visit(("poor", "general"))
    phone.sync()
    return made


def run(world, *words):
    return CliRunner().invoke(main, [*words, "--data", str(world.config.data)], env={"LANG": "en"})


def test_explain_names_the_status_each_reason_and_every_rule_of_each_visit(world):
    told = run(world, "coverage", "explain", TOWNSHIP)
    assert told.exit_code == 0, told.output
    first, *rest = told.output.splitlines()
    say = speaker("en", "cli", "desk", "common")
    assert first == f"{TOWNSHIP} 演示一县 演示镇0: {say('status.visited_unverified')}"
    assert [line.strip() for line in rest[:2]] == [say("reason.not_reviewed"), say("reason.households")]
    assert rest[3].split() == "R1 not_reviewed R2 pass R3 pass R4 pass R5 pass R6 households R7 pass R8 pass".split()


def test_explain_gives_a_script_the_same_as_the_map(world):
    told = json.loads(run(world, "coverage", "explain", world.unit(TOWNSHIP), "--json").output)
    (visit,) = told["visits"]
    assert told["status"] == world.status(TOWNSHIP)
    assert [{name: rule[name] for name in ("rule", "result", "reason")} for rule in visit["rules"]] == world.township(TOWNSHIP)["rules"]


def test_explain_of_an_earlier_day_tells_of_that_day(world):
    told = run(world, "coverage", "explain", TOWNSHIP, "--at", "2026-11-23")
    assert told.exit_code == 0 and told.output.splitlines()[0].endswith(speaker("en", "common")("status.unvisited"))


@pytest.mark.parametrize("day", ["2026-11-22", "0001-01-01"])
def test_explain_of_a_day_before_the_round_opened_says_that_it_was_not_open(world, day):
    told = run(world, "coverage", "explain", TOWNSHIP, "--at", day)
    assert told.exit_code == 1 and "2026-11-23" in told.output and isinstance(told.exception, SystemExit)
    assert run(world, "coverage", "explain", TOWNSHIP, "--at", "9999-12-31").exit_code == 0


def test_explain_of_a_code_that_no_township_has_says_so(world):
    told = run(world, "coverage", "explain", "999999999")
    assert told.exit_code == 1 and "Traceback" not in told.output


def test_a_new_code_is_shown_and_is_the_current_one_from_then_on(world):
    before = companions.current(world.db, world.accounts["a1"].id)
    told = run(world, "user", "code", "a1")
    after = companions.current(world.db, world.accounts["a1"].id)
    assert told.exit_code == 0 and after != before and CODE not in told.output
    assert companions.keys(world.db, world.accounts["a1"].id) == [before.key, after.key]
    assert run(world, "user", "code", "office").exit_code == run(world, "user", "code", "nobody").exit_code == 1
