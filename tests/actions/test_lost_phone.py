"""A lost phone (丢失的手机): out of use at the desk, ordered to wipe itself, its work still taken, what it held and was to do listed."""

from __future__ import annotations

from datetime import date

import pytest

from fieldcheck import jose
from fieldcheck.actions.confirm_device import confirm_device
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.revoke_device import revoke_device
from fieldcheck.actions.settle_redraw import settle_redraw
from fieldcheck.fleet.phone import Refused
from fieldcheck.problems import Problem
from fieldcheck.store import drawing, draws
from sync.order import ORDER_TYPE, obeys
from tests.actions.test_draws import drawn
from tests.desk import signed_in
from tests.world import NOW, World


def test_what_a_lost_phone_still_held_and_was_to_do_stands_on_the_page_and_no_place_beside_it(world: World) -> None:
    phone = world.phone("a1")
    phone.record("identity.disclosed", "v1", {})
    phone.save()
    phone.report([])
    revoke_device(world.db, world.keys, phone.device, "DEMO: left in a taxi", world.accounts["office"].id, NOW)
    page = signed_in(world.app, "office").get("/desk/devices", headers={"Accept-Language": "en"}).text
    assert "DEMO: left in a taxi" in page
    assert "1 task of its inspector has not been begun" in page
    assert "1 record" in page
    assert "演示镇" not in page
    sent = world.app.test_client().post("/api/v1/segments", headers={**phone._bearer(), "Content-Type": "application/x-ndjson"}, data="x")
    assert obeys(jose.verify(sent.headers["Fc-Order"], world.keys.signing_jwk, ORDER_TYPE), phone.device, [])


def test_a_phone_without_its_signing_key_goes_on_but_sees_no_task_until_the_office_confirms_it(world: World) -> None:
    phone = world.phone("a1")
    assert len(phone.pack()["assignments"]) == 1
    phone.unlocked_bearer = phone._bearer  # type: ignore[method-assign]
    with pytest.raises(Refused, match="401 auth_forged"):
        phone.pack()
    successor = phone.enrol_successor("")
    assert world.db.execute("SELECT name FROM devices WHERE device = ?", [successor.device]).fetchone()[0] != ""
    successor.record("identity.disclosed", "v1", {})
    successor.save()
    successor.send_segments()
    assert all(kept.receipt for kept in successor.outbox.kept)
    with pytest.raises(Refused, match="403 device_unconfirmed"):
        successor.pack()
    confirm_device(world.db, world.keys, successor.device, world.accounts["office"].id, NOW)
    assert len(successor.pack()["assignments"]) == 1


def test_a_successor_that_proves_the_signing_key_is_shown_its_day_at_once(world: World) -> None:
    assert len(world.phone("a1").enrol_successor("again").pack()["assignments"]) == 1


def test_the_keys_of_another_team_s_phone_open_neither_pack_nor_head_nor_successor(world: World) -> None:
    phone, other = world.phone("a1"), world.phone("b1")
    phone.signing = phone.transport_key = other.signing
    phone._bearer_for = ()
    for call in (phone.pack, phone._head, lambda: phone.enrol_successor("x")):
        with pytest.raises(Refused, match="401 auth_forged"):
            call()


def test_the_tasks_of_a_lost_phone_return_to_the_frame_when_a_second_person_says_so(world: World) -> None:
    phone = world.phone("a1")
    made = [drawn(world, day=date(2026, 11, day)) for day in (24, 25)]
    revoke_device(world.db, world.keys, phone.device, "DEMO: left in a taxi", world.accounts["office"].id, NOW)
    asked = draws.redraws_of(world.db, world.round)
    assert [(one["what"], one["reason"], one["device"], one["settled"]) for one in asked] == [("hand_back", "lost_phone", phone.device, None)] * 2
    with pytest.raises(Problem, match="second_person"):
        settle_redraw(world.db, world.keys, asked[0]["request"], True, world.accounts["office"].id, NOW)
    page = signed_in(world.app, "office").get("/desk/devices", headers={"Accept-Language": "en"}).text
    assert "Hand-back of 2 tasks" in page and "waiting for a second person 2" in page and "演示镇" not in page
    settle_redraw(world.db, world.keys, next(one["request"] for one in asked if one["batch"] == made[0]["batch"]), True, "cli", NOW)
    assert draws.draw_of(world.db, made[0]["batch"])["state"] == "handed_back"
    place = drawing.outcome(world.keys, draws.draw_of(world.db, made[0]["batch"])).unit
    again = draws.draw_of(world.db, drawn(world, day=date(2026, 11, 26))["batch"])
    assert drawing.outcome(world.keys, again).unit == place, "of three townships, one is assigned and one drawn for another day"
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_an_inspector_with_another_phone_in_use_keeps_the_tasks(world: World) -> None:
    phone = world.phone("a1")
    world.phone("a1")
    drawn(world)
    revoke_device(world.db, world.keys, phone.device, "DEMO: screen broken", world.accounts["office"].id, NOW)
    assert draws.redraws_of(world.db, world.round) == []
