"""Where a household is: no route tells it, to whomever; on the review page it is a spot on a map (§6, 保护反映人)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldcheck.store import visits
from tests.desk import signed_in
from tests.world import World

CODE = "420101100"
ROLES = (None, "office", "auditor", "admin", "county", "a1", "b1")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A visit that waits for its decision."""
    world = World(Path(tmp_path_factory.mktemp("positions")))
    world.assign(CODE, "a1", "a2")
    phone = world.phone("a1")
    world.visit = world.walk(phone, CODE).whole_visit()  # type: ignore[attr-defined]
    phone.sync()
    world.phones = [phone, world.phone("b1")]  # type: ignore[attr-defined]
    return world


def told_exactly(world: World) -> list[str]:
    """Longitudes and latitudes of the visit's fixes as any page would write them, to some ten metres."""
    fixes = visits.find(world.db, world.visit)["fixes"]  # type: ignore[attr-defined,index]
    numbers = (f"{fix[name]:.4f}" for fix in fixes for name in ("lon", "lat"))
    return [number for number in numbers if not number.endswith("0")]


def addresses(world: World) -> list[str]:
    """Every page that can be asked for, its gaps filled with what there is."""
    doc = visits.find(world.db, world.visit)  # type: ignore[attr-defined]
    assert doc is not None
    filled = {"visit": doc["visit"], "sealed_sha256": doc["photos"][0]["sealed_sha256"], "edge": "1280",
              "sha256": doc["photos"][0]["sealed_sha256"], "code": "visit_unknown"}
    found = []
    for rule in world.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in ("static", "session.language"):
            with world.app.test_request_context():
                values = {name: filled.get(name, "1") for name in rule.arguments}
            found.append(world.app.url_map.bind("localhost").build(rule.endpoint, values))
    return sorted({*found, "/api/v1/coverage?round=" + world.round, "/desk/coverage?unit=" + world.unit(CODE)})


def test_no_route_tells_where_a_household_is_to_whomever(world: World) -> None:
    exact, told = told_exactly(world), []
    assert len(exact) >= 8
    for who in ROLES:
        browser = signed_in(world.app, who) if who else world.app.test_client()
        for address in addresses(world):
            with browser.get(address) as answer:
                shown = answer.get_data()
            told += [(who, address, number) for number in exact if number.encode() in shown]
    assert told == []


def test_no_phone_is_told_where_a_household_is_not_even_that_of_the_visit(world: World) -> None:
    packs = [json.dumps(phone.pack()) for phone in world.phones]  # type: ignore[attr-defined]
    assert not [number for number in told_exactly(world) for pack in packs if number in pack]
