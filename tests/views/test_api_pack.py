"""The day's pack: what the phone's map may show, and what must never be on a phone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from fieldcheck.store import known_point
from tests.world import World

SOON = datetime.now(UTC) + timedelta(hours=9)
NAMES = {"420101100": "演示镇0", "420101101": "演示镇1", "420102100": "演示镇0"}


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def units(pack):
    return {township["unit"]: township for township in pack["townships"]}


def test_the_map_holds_the_task_and_what_lies_beside_it_and_nothing_further(world):
    world.assign("420101100", "a1", "a2")
    found = units(world.phone().pack())
    assert set(found) == {world.unit("420101100"), world.unit("420101101")}
    assert found[world.unit("420101100")]["outline"] is None, "the assignment holds it"
    assert found[world.unit("420101101")]["outline"]["type"] == "Polygon"
    assert {township["status"] for township in found.values()} == {"unvisited"}


def test_nothing_of_a_task_before_its_reveal_is_in_the_pack(world):
    world.assign("420102100", "a1", "a2", reveal_at=SOON)
    pack = world.phone().pack()
    assert pack["hidden"] and pack["townships"] == pack["assignments"] == []
    told = json.dumps(pack, ensure_ascii=False)
    assert not [secret for secret in (*map(world.unit, NAMES), *NAMES.values()) if secret in told]


def test_a_phone_sees_what_its_own_team_has_done_and_never_what_the_other_has(world):
    for code, members in (("420101100", ("a1", "a2")), ("420102100", ("b1",))):
        world.assign(code, *members)
    world.walk(phone := world.phone("a1"), "420101100").whole_visit()
    phone.sync()
    world.walk(other := world.phone("b1"), "420102100").whole_visit()
    other.sync()
    assert world.status("420102100") == world.status("420101100") == "visited_unverified"
    own, theirs = units(phone.pack()), units(other.pack())
    assert own[world.unit("420101100")]["status"] == "visited_unverified"
    assert world.unit("420102100") not in own
    assert world.unit("420101100") not in theirs
    assert theirs[world.unit("420102100")]["status"] == "visited_unverified"


def test_a_township_that_only_the_other_team_visited_is_unvisited_on_this_teams_map(world):
    world.assign("420101100", "a1", "a2")
    world.assign("420101100", "b1")
    world.walk(other := world.phone("b1"), "420101100").whole_visit()
    other.sync()
    pack = world.phone("a1").pack()
    assert units(pack)[world.unit("420101100")]["status"] == "unvisited"
    assert other.device not in json.dumps(pack)


def test_villages_come_with_the_place_that_the_register_knows_or_with_none(world):
    world.assign("420101100", "a1", "a2")
    village = world.phone().pack()["assignments"][0]["villages"][0]
    assert (village["lon"], village["lat"]) == (None, None)


def test_the_known_point_is_in_the_pack_once_the_office_has_named_one(world):
    phone = world.phone()
    assert phone.pack()["known_point"] is None
    point = {"name": "演示大院", "lon": 112.05, "lat": 30.05}
    known_point.keep(world.db, point)
    assert phone.pack()["known_point"] == point
