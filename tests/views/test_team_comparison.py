"""The page where both teams' answers stand side by side: for the offices alone, and only of what both have sealed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.typed import answer as told, run
from tests.desk import signed_in
from tests.world import World

TOWNSHIP, NEXT = "420101100", "420101101"


def visited(world: World, name: str, code: str, sealed: bool = True) -> str:
    """A visit of the township's village by that phone's team; its id."""
    phone = world.phone(name)
    walk = world.walk(phone, code)
    walk.assignment = {**walk.assignment, "village": walk.assignment["villages"][0]["id"]}
    walk.given = {"V44": ["none"], "V01": "absent" if name == "b1" else "present"}
    visit = walk.whole_visit() if sealed else walk.open()
    phone.sync()
    return visit


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Both teams have sealed a visit of one village; in the next one team B has only begun."""
    world = World(Path(tmp_path_factory.mktemp("compared")))
    for code in (TOWNSHIP, NEXT):
        world.assign(code, "a1", "a2")
        world.assign(code, "b1")
    for name, code, sealed in (("a1", TOWNSHIP, True), ("b1", TOWNSHIP, True), ("a2", NEXT, True)):
        visited(world, name, code, sealed)
    visited_again(world)
    return world


def visited_again(world: World) -> None:
    other = world.phone("b1")
    walk = world.walk(other, NEXT)
    walk.open()
    other.sync()


def page(world: World, name: str = "office", query: str = "") -> str:
    return signed_in(world.app, name).get(f"/desk/coverage/compare{query}").get_data(as_text=True)


def test_answers_of_both_teams_stand_side_by_side_with_the_agreement(world: World) -> None:
    text = page(world)
    assert "V01" in text and "不在且无据" in text and "在村" in text
    assert text.count('id="village-') == 1, "what one team has only begun is not compared"
    overall = told("coverage", "compare", "--data", world.config.data)["overall"]
    assert 0 < overall["agree"] < overall["n"] and f"{overall['n']} 道回答里 {overall['agree']} 道一致" in text


@pytest.mark.parametrize("name", ["a1", "b1", "admin", "county"])
def test_no_team_and_nobody_else_sees_it(world: World, name: str) -> None:
    assert signed_in(world.app, name).get("/desk/coverage/compare").status_code == 403


def test_a_township_that_both_have_not_sealed_says_so_and_links_nowhere(world: World) -> None:
    text = page(world, "auditor", f"?unit={world.unit(NEXT)}")
    assert "还没有两个组都封存过走访的村" in text and 'id="village-' not in text
    client = signed_in(world.app, "office")
    links = [f"/desk/coverage/compare?unit={world.unit(code)}" in client.get(f"/desk/coverage?unit={world.unit(code)}").get_data(as_text=True)
             for code in (TOWNSHIP, NEXT)]
    assert links == [True, False]


def test_the_command_line_names_an_unknown_township(world: World) -> None:
    assert run("coverage", "compare", "999999999", "--data", world.config.data).exit_code == 1
    (village,) = told("coverage", "compare", TOWNSHIP, "--data", world.config.data)["villages"]
    assert village["answers"]["V01"] == {"A": "present", "B": "absent"} and set(village["visits"]) == {"A", "B"}


def test_neither_teams_pack_holds_a_word_of_the_other(world: World) -> None:
    for name, other in (("a1", "b1"), ("b1", "a1")):
        assert world.accounts[other].id not in str(world.phone(name).pack())
