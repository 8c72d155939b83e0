"""A lost phone (丢失的手机): out of use at the desk, ordered to wipe itself, its work still taken, what it held and was to do listed."""

from __future__ import annotations

import pytest

from fieldcheck import jose
from fieldcheck.actions.confirm_device import confirm_device
from fieldcheck.actions.revoke_device import revoke_device
from fieldcheck.fleet.phone import Refused
from sync.order import ORDER_TYPE, obeys
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
