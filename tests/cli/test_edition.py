"""A new edition of the register under an open round, as it is typed: the real recoding of 监利 (421023 → 421088)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from fieldcheck.rules.register import Register, make_register
from fieldcheck.store import past, registers, rounds
from fieldcheck.times import written
from tests.actions.test_review import accept, arrived
from tests.cli.typed import answer, run
from tests.rules.register_files import JINGZHOU, jingzhou
from tests.world import World

NEW, OLD = "421088", "421023"
VISITED = "421023100"


def older_code(code: str | None) -> str | None:
    """The code that a unit had before the county was made a city."""
    return OLD + code[6:] if code and code.startswith(NEW) else code


@cache
def older() -> Register:
    """The register that ships as it was before 2021: 监利县 and its 23 townships under their former codes."""
    units = (replace(unit, code=older_code(unit.code), parent_code=older_code(unit.parent_code),
                     name="监利县" if unit.code == NEW else unit.name) for unit in jingzhou().units)
    return make_register("荆州市 2017", "wgs84", jingzhou().attribution, units)


@pytest.fixture
def jianli(tmp_path: Path) -> World:
    """An open round over the older edition with one township of 监利 covered."""
    world = World(tmp_path / "data", register=older)
    world.assign(VISITED, "a1", "a2")
    seat = registers.unit(world.db, older().hash, world.unit(VISITED))
    phone = world.phone()
    walk = world.walk(phone, VISITED, at=(seat["seat_lon"], seat["seat_lat"]))
    accept(world, arrived(phone, walk), place_confirmed=True)
    return world


def told(world):
    """Status by code as it is now, and the counts."""
    found = past.standing(world.db, world.round, written(datetime.now(UTC)))
    return {one["properties"]["code"]: one["properties"]["status"] for one in found["features"]}, found["counts"]


def test_the_recoding_of_jianli_leaves_an_open_round_as_it_is_under_its_new_codes(jianli, tmp_path: Path) -> None:
    data, links = jianli.config.data, tmp_path / "links.csv"
    statuses, counts = told(jianli)
    assert statuses[VISITED] == "covered" and counts["in_scope"] == 113
    refused = run("register", "import", JINGZHOU, "--data", data)
    assert refused.exit_code == 1 and all(word in refused.output for word in ("421023100", "register diff"))
    assert len(registers.hashes(jianli.db)) == 1
    found = answer("register", "diff", JINGZHOU, "--data", data)["links"]
    assert len(found) == 24 and all(one["kind"] == "recode" and one["sure"] for one in found)
    assert "421023100" in run("register", "diff", JINGZHOU, "--data", data, language="zh_CN.UTF-8").output
    links.write_text(run("register", "diff", JINGZHOU, "--csv", "--data", data).output, "utf-8")
    undated = run("register", "import", JINGZHOU, "--links", links, "--data", data)
    assert undated.exit_code == 1 and "2021-06-01" in undated.output
    assert run("register", "import", JINGZHOU, "--links", links, "--date", "2021-06-01", "--data", data).exit_code == 0
    after, counts_after = told(jianli)
    assert after == {code.replace(OLD, NEW, 1) if code.startswith(OLD) else code: status for code, status in statuses.items()}
    assert counts_after == counts
    ((line,),) = jianli.db.execute("SELECT line FROM messages WHERE kind = 'units.changed'").fetchall()
    recoded = [link for link in json.loads(line)["body"]["links"] if link["kind"] == "recode"]
    assert sum(len(link["from"]) for link in recoded) == 24 and all(link["from"] == link["to"] for link in recoded)
    assert json.loads(line)["body"]["rounds"] == [{"round": jianli.round, "included": [], "excluded": []}]
    register = rounds.round_of(jianli.db, jianli.round)["register"]
    ids = {unit.unit for unit in older().units}
    assert register == jingzhou().hash and {unit.unit for unit in registers.register_of(jianli.db, register).units} == ids
    assert run("rebuild", "--check", "--data", data).exit_code == run("verify", "--data", data).exit_code == 0
