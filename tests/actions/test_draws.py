"""A draw from the dice to the phone: sealed until its moment, revealed by the server's clock, drawn again by anybody."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldcheck.actions.draw_township import Batch, draw_township
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.reveal_draws import reveal_draws
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.problems import Problem
from fieldcheck.store import draw_replay, drawing, draws
from fieldcheck.views.api_pack import pack_of
from fieldcheck.times import written
from tests.cli.typed import answer, run
from tests.world import NOW, TOWNSHIPS, World

TOMORROW = date(2026, 11, 24)
REVEAL = datetime.fromisoformat("2026-11-23T22:30:00Z")


def batch(team: str = "A", day: date = TOMORROW, **more: Any) -> Batch:
    """A draw for tomorrow; it is ten in the morning in Beijing."""
    return Batch(team, day, "3 5 1 6", "four throws of a die", **more)


def drawn(world: World, **more: Any) -> dict[str, Any]:
    """A draw made now."""
    return draw_township(world.db, world.keys, batch(**more), "cli", NOW)


def row_of(world: World, made: dict[str, Any]) -> dict[str, Any]:
    """The folded row of a draw."""
    return draws.draw_of(world.db, made["batch"])


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_before_its_reveal_neither_phone_nor_database_holds_the_place(world: World) -> None:
    made = drawn(world)
    device = {"inspector": world.accounts["a1"].id, "team": "A", "device": "x"}
    early, late = (pack_of(world.db, device, written(at)) for at in (NOW, REVEAL - timedelta(seconds=1)))
    assert early == late and early["assignments"] == [] and [one["reveal_at"] for one in early["hidden"]] == ["2026-11-23T22:30:00.000Z"]
    unit = drawing.outcome(world.keys, row_of(world, made)).unit
    rows = [*world.db.query("SELECT * FROM draws"), *world.db.query("SELECT * FROM assignments"), *world.db.query("SELECT * FROM sealed_tasks")]
    lines = [row[0] for row in world.db.execute("SELECT line FROM messages WHERE kind LIKE 'draw.%'").fetchall()]
    assert unit not in json.dumps([early, rows, lines]) and len(lines) == 1
    assert early["members"] == [] and "演示镇" not in json.dumps(early, ensure_ascii=False)


def test_at_its_reveal_the_pack_names_the_place_by_the_servers_clock(world: World) -> None:
    made = drawn(world)
    device = {"inspector": world.accounts["a1"].id, "team": "A", "device": "x"}
    assert reveal_draws(world.db, world.keys, REVEAL - timedelta(seconds=1)) == 0
    assert reveal_draws(world.db, world.keys, REVEAL) == 1 and reveal_draws(world.db, world.keys, REVEAL) == 0
    pack = pack_of(world.db, device, written(REVEAL))
    assert pack["hidden"] == [] and [one["assignment"] for one in pack["assignments"]] == [made["assignment"]]
    assert sorted(made["members"]) == sorted(world.accounts[name].id for name in ("a1", "a2"))
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_every_revealed_draw_comes_out_the_same_from_the_log_alone(world: World) -> None:
    drawn(world)
    drawn(world, day=date(2026, 11, 25))
    reveal_draws(world.db, world.keys, REVEAL)
    assert list(draw_replay.replay(world.db)) == [] and draw_replay.counted(world.db) == (1, 1)
    assert list(verify_log(world.db, world.config.data, world.keys)) == []
    assert answer("verify", "draw", "--data", world.config.data) == {"doubts": [], "revealed": 1, "hidden": 1}


@pytest.mark.parametrize(("kind", "member", "value", "code"), [
    ("draw.revealed", "unit", "elsewhere", "draw_comes_out_otherwise"),
    ("draw.made", "members", ["somebody"], "draw_comes_out_otherwise"),
    ("draw.made", "public", {"value": "6 6 6 6", "source": "four throws of a die"}, "draw_inputs_changed"),
    ("draw.made", "inputs", "0" * 64, "draw_inputs_changed"),
    ("draw.revealed", "secret", "0" * 64, "draw_uncommitted"),
    ("draw.revealed", "secret", "0" * 64, "draw_sealed_otherwise"),
    ("round.opened", "draw_commitment", "0" * 64, "draw_uncommitted"),
])
def test_whatever_is_changed_about_a_draw_is_named(world: World, kind: str, member: str, value: Any, code: str) -> None:
    drawn(world)
    reveal_draws(world.db, world.keys, REVEAL)
    line = json.loads(world.db.execute("SELECT line FROM messages WHERE kind = ?", [kind]).fetchone()[0])
    line["body"][member] = value
    world.db.execute("UPDATE messages SET line = ? WHERE kind = ?", [json.dumps(line), kind])
    assert code in [doubt.code for doubt in draw_replay.replay(world.db)]


def test_what_was_drawn_lately_is_not_drawn_again_and_later_plans_leave_no_trace(world: World) -> None:
    later, sooner = (row_of(world, drawn(world, day=date(2026, 11, day))) for day in (26, 25))
    # The days are drawn backwards: the later day's place is not missing from the earlier day's frame.
    assert drawing.inputs_of(world.keys, sooner)["excluded"] == {}
    places = {drawing.outcome(world.keys, one).unit for one in (later, sooner)}
    after = drawing.inputs_of(world.keys, row_of(world, drawn(world, day=date(2026, 11, 27))))
    assert after["excluded"] == dict.fromkeys(places, "drawn")


def test_a_township_whose_day_passed_without_a_visit_is_in_the_frame_again(world: World) -> None:
    made = drawn(world)
    reveal_draws(world.db, world.keys, REVEAL)
    unit = drawing.outcome(world.keys, row_of(world, made)).unit
    for hours, excluded in ((15, {unit: "drawn"}), (18, {})):
        again = draw_township(world.db, world.keys, batch(day=date(2026, 11, 26)), "cli", REVEAL + timedelta(hours=hours))
        assert drawing.inputs_of(world.keys, row_of(world, again))["excluded"].get(unit) == excluded.get(unit)
    assert draws.expired(world.db, world.round, "2026-11-25") == {made["batch"]} and not draws.expired(world.db, world.round, "2026-11-24")
    assert list(draw_replay.replay(world.db)) == [] and rebuild_folds(world.db, world.config.data, check=True) == []


@pytest.mark.parametrize(("changed", "code"), [
    ({"day": date(2026, 11, 22)}, "draw_day_past"), ({"team": "B"}, "draw_people_few"), ({"names": ("b1", "a1")}, "account_unknown"),
    ({"take": 3}, "draw_people_few"), ({"near": "000000", "within_km": 9}, "unit_unknown"),
])
def test_a_draw_that_cannot_be_made_leaves_nothing_on_the_log(world: World, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as problem:
        drawn(world, **changed)
    assert problem.value.code == code and draws.draws_of(world.db, world.round) == []


def test_townships_beyond_the_days_reach_are_not_drawn(world: World) -> None:
    made = drawn(world, near="420101100", within_km=15)
    inputs = drawing.inputs_of(world.keys, row_of(world, made))
    assert inputs["excluded"] == {world.unit("420102100"): "far"}


def test_the_command_line_draws_and_never_says_where(world: World) -> None:
    told = answer("round", "draw", "--team", "A", "--day", "2099-01-05", "--value", "1 2", "--source", "dice", "--data", world.config.data)
    assert told["number"] == 1 and told["reveal_at"] == "2099-01-04T22:30:00.000Z" and "unit" not in told
    said = run("round", "draw", "--team", "A", "--day", "2099-01-06", "--value", "", "--source", "dice", "--data", world.config.data)
    assert said.exit_code == 1
