"""Redraws by two people, looks at the plan, the code that is read out, recusals: what the office does about draws."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fieldcheck.actions.add_account import add_account
from fieldcheck.actions.ask_redraw import ask_redraw
from fieldcheck.actions.look_at_plan import look_at_place, read_code
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.reveal_draws import reveal_draws
from fieldcheck.actions.set_plan_lists import keep_recusals, list_readers, list_stationed
from fieldcheck.actions.settle_redraw import settle_redraw
from fieldcheck.problems import Problem
from fieldcheck.rules.unlock_code import key_of
from fieldcheck.store import draw_replay, drawing, draws, plan_views
from fieldcheck.times import written
from fieldcheck.views.api_pack import pack_of
from tests.actions.test_draws import REVEAL, drawn, row_of
from tests.world import NOW, PASSWORD, World

AGAIN = {"value": "2 2 4 1", "source": "four throws of a die"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """With a second supervisor."""
    made = World(tmp_path)
    made.accounts["office2"] = add_account(
        made.db, name="office2", display_name="office2", role="supervisor", team=None, password=PASSWORD, now=NOW, demo=True)
    return made


def code_of(problem: Any) -> str:
    """The code of what was raised."""
    return problem.value.code


def asked(world: World, batch: str, what: str = "redraw", reason: str = "flood", who: str = "office") -> str:
    """A request."""
    return ask_redraw(world.db, world.keys, batch, what, reason, AGAIN, world.accounts[who].id, NOW)


def test_a_redraw_takes_a_second_person_and_the_first_draw_stays_to_be_seen(world: World) -> None:
    first = drawn(world)
    request = asked(world, first["batch"])
    with pytest.raises(Problem) as problem:
        settle_redraw(world.db, world.keys, request, True, world.accounts["office"].id, NOW)
    assert code_of(problem) == "second_person"
    second = settle_redraw(world.db, world.keys, request, True, world.accounts["office2"].id, NOW)
    assert second["instead_of"] == first["batch"] and second["members"] == first["members"] and second["number"] == 2
    places = [drawing.outcome(world.keys, row_of(world, one)).unit for one in (first, second)]
    assert places[0] != places[1] and drawing.inputs_of(world.keys, row_of(world, second))["excluded"] == {places[0]: "redrawn"}
    assert reveal_draws(world.db, world.keys, REVEAL) == 2
    pack = pack_of(world.db, {"inspector": world.accounts["a1"].id, "team": "A", "device": "x"}, written(REVEAL))
    assert [one["unit"] for one in pack["assignments"]] == [places[1]]
    assert row_of(world, first)["unit"] == places[0] and row_of(world, first)["state"] == "redrawn"
    assert list(draw_replay.replay(world.db)) == [] and rebuild_folds(world.db, world.config.data, check=True) == []
    with pytest.raises(Problem) as problem:
        settle_redraw(world.db, world.keys, request, True, world.accounts["office2"].id, NOW)
    assert code_of(problem) == "redraw_settled"


def test_a_township_that_was_handed_back_leaves_the_phones_and_returns_to_the_frame(world: World) -> None:
    first = drawn(world)
    reveal_draws(world.db, world.keys, REVEAL)
    request = ask_redraw(world.db, world.keys, first["batch"], "hand_back", "road", AGAIN, world.accounts["office"].id, REVEAL)
    with pytest.raises(Problem) as problem:
        asked(world, first["batch"])
    assert code_of(problem) == "redraw_waiting"
    assert settle_redraw(world.db, world.keys, request, True, world.accounts["office2"].id, REVEAL) is None
    pack = pack_of(world.db, {"inspector": world.accounts["a1"].id, "team": "A", "device": "x"}, written(REVEAL))
    assert pack["assignments"] == [] == pack["hidden"]
    assert drawing.inputs_of(world.keys, row_of(world, drawn(world)))["excluded"] == {}
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_what_is_refused_leaves_the_draw_standing(world: World) -> None:
    first = drawn(world)
    settle_redraw(world.db, world.keys, asked(world, first["batch"]), False, world.accounts["office2"].id, NOW)
    assert row_of(world, first)["state"] == "made" and len(draws.draws_of(world.db, world.round)) == 1
    assert asked(world, first["batch"])


def test_before_the_reveal_only_those_who_need_to_know_see_the_place_and_others_are_told_of(world: World) -> None:
    made, office, other = drawn(world), world.accounts["office"].id, world.accounts["office2"].id
    list_readers(world.db, world.keys, [office], "cli", NOW)
    unit = drawing.outcome(world.keys, row_of(world, made)).unit
    assert look_at_place(world.db, world.keys, made["batch"], office, "supervisor", NOW) == unit
    with pytest.raises(Problem) as problem:
        look_at_place(world.db, world.keys, made["batch"], other, "supervisor", NOW)
    assert code_of(problem) == "plan_not_needed"
    reveal_draws(world.db, world.keys, REVEAL)
    look_at_place(world.db, world.keys, made["batch"], other, "supervisor", REVEAL)
    look_at_place(world.db, world.keys, made["batch"], world.accounts["auditor"].id, "auditor", REVEAL, "record")
    look_at_place(world.db, world.keys, made["batch"], other, "supervisor", REVEAL + timedelta(days=1))
    seen = [(one["account"], one["listed"], one["shown"]) for one in reversed(plan_views.views_of(world.db, world.round))]
    assert seen == [(office, 1, 1), (other, 0, 0), (other, 0, 1), (world.accounts["auditor"].id, 1, 1), (other, 1, 1)]
    assert [one["account"] for one in plan_views.alerts(world.db, world.round)] == [other, other]
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_the_code_that_is_read_out_opens_the_task_and_nothing_else_does(world: World) -> None:
    made, office = drawn(world), world.accounts["office"].id
    device = {"inspector": world.accounts["a1"].id, "team": "A", "device": "x"}
    (hidden,) = pack_of(world.db, device, written(NOW))["hidden"]
    with pytest.raises(Problem) as problem:
        read_code(world.db, world.keys, made["batch"], office, "supervisor", NOW)
    assert code_of(problem) == "plan_not_revealed"
    code = read_code(world.db, world.keys, made["batch"], office, "supervisor", REVEAL)
    raw = base64.b64decode(hidden["sealed"])
    opened = AESGCM(key_of(code, hidden["batch"])).decrypt(raw[:12], raw[12:], hidden["batch"].encode())
    reveal_draws(world.db, world.keys, REVEAL)
    assert json.loads(opened) == pack_of(world.db, device, written(REVEAL))["assignments"][0]
    assert len(opened) % 1024 == 0 and [one["what"] for one in plan_views.views_of(world.db, world.round)] == ["code", "code"]


def test_recusals_are_kept_off_the_log_sealed_and_heeded(world: World) -> None:
    a1 = world.accounts["a1"].id
    keep_recusals(world.db, world.keys, a1, [{"code": "420101", "why": "home"}], NOW)
    for _ in range(6):
        made = drawn(world)
        assert drawing.outcome(world.keys, row_of(world, made)).unit == world.unit("420102100")
        settle_redraw(world.db, world.keys, asked(world, made["batch"], "hand_back"), True, world.accounts["office2"].id, NOW)
    assert "420101" not in str(world.db.execute("SELECT group_concat(line) FROM messages WHERE kind = 'draw.made'").fetchone())
    assert b"home" not in world.db.execute("SELECT sealed FROM recusals").fetchone()[0]


def test_stationing_targets_weigh_double(world: World) -> None:
    list_stationed(world.db, world.keys, ["420101101"], world.accounts["office"].id, NOW)
    frame = drawing.inputs_of(world.keys, row_of(world, drawn(world)))["frame"]["open"]
    assert frame[world.unit("420101101")] == 8 and sorted(frame.values()) == [4, 4, 8]
