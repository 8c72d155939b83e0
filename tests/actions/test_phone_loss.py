"""Work that is lost with a phone is said at the desk and to whoever enrols next, at most as much as was lost, until it comes."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest

from fieldcheck import jose
from fieldcheck.actions.invite_device import invite_device
from fieldcheck.actions.revoke_device import revoke_device
from fieldcheck.rescue import Import
from fieldcheck.rules.phone_loss import Loss, lost_at_most
from fieldcheck.store import devices
from tests.desk import signed_in

TOWNSHIP = "420101100"
AT = "2026-11-23T02:00:00.000Z"


@pytest.mark.parametrize(("head", "photos", "reached", "missing", "lost"), [
    (9, 0, 9, 0, None),
    (9, 3, 9, 0, None),       # the photos came by another way
    (9, 3, 9, 2, (0, 2)),
    (9, 3, 7, 1, (2, 3)),     # lines that never came may name any of them
    (9, 0, 12, 5, None),      # what was announced by somebody else is not this phone's to lose
    (9, -4, 9, 9, None),
    (None, 3, 0, 3, None),    # an app that does not say how far it had come
])
def test_at_most_what_the_last_report_names_and_the_server_lacks(head, photos, reached, missing, lost):
    state = {"unsent": {"photos": photos}, **({} if head is None else {"head": head})}
    assert lost_at_most(state, AT, reached, missing) == (lost and Loss(*lost, AT))


@pytest.fixture
def phone(world):
    """A phone that walked a visit, reported and then vanished."""
    phone = world.phone()
    world.walk(phone, TOWNSHIP).whole_visit(("poor", "general"))
    phone.now = lambda: datetime.now(UTC)
    phone.learn_time()
    phone.report([])
    return phone


def enrol_again(world, name="a1"):
    """What a fresh phone of that inspector hears when it enrols."""
    stranger = world.phone("b1")
    token = invite_device(world.db, world.accounts[name].id, "cli", datetime.now(UTC)).link_token
    keys = {name: jose.public_jwk(jose.new_key("sig")) for name in ("signing_key", "transport_key")}
    return stranger._json("POST", "/api/v1/devices", {"token": token, "name": "demo new", **keys})


def desk(world):
    return signed_in(world.app, "office").get("/desk/devices", headers={"Accept-Language": "en"}).get_data(as_text=True)


def test_a_fresh_phone_hears_what_its_inspector_s_phone_before_had_not_sent_and_the_desk_says_so_too(world, phone):
    assert devices.losses(world.db) == {} and "Possibly lost" not in desk(world)
    before = enrol_again(world)["unsent_before"]
    assert (before["device"], before["head"], before["photos"]) == (phone.device, phone._chain.head.seq, 3)
    assert before["lines"] == before["head"]
    assert f"at most {before['lines']} records and 3 photos" in desk(world)
    assert "unsent_before" not in enrol_again(world, "a2")


def test_what_still_comes_is_no_longer_lost(world, phone):
    enrol_again(world)
    Import(world.db, world.config, world.keys, datetime.now(UTC)).take(BytesIO(phone.rescue()).read)
    assert devices.losses(world.db) == {} and "unsent_before" not in enrol_again(world)


def test_a_phone_that_still_holds_the_work_under_a_new_number_lost_nothing(world, phone):
    new = enrol_again(world)["device"]
    assert phone.device in devices.losses(world.db)
    state = {**devices.devices(world.db)[-1]["state"], "holds": [new, phone.device]}
    devices.put_state(world.db, new, state, AT)
    assert devices.losses(world.db) == {}


def test_of_a_phone_out_of_use_the_desk_says_what_may_be_lost_and_quarantine_is_not_lost(world, phone):
    revoke_device(world.db, world.keys, phone.device, "DEMO lost", "cli", datetime.now(UTC))
    assert devices.losses(world.db)[phone.device].photos == 3
    sent = phone._send("POST", "/api/v1/segments", "\n".join(k.jwe for k in phone.outbox.kept).encode(),
                       {**phone._bearer(), "Content-Type": "application/x-ndjson"})
    assert sent.status == 200
    assert devices.losses(world.db) == {}


def test_what_a_phone_says_it_lost_stands_beside_it(world, phone):
    lost = [{"how": how, "device": phone.device, "seq": 4, "missing": 2, "at": AT} for how in ("emptied", "set_back", "replaced")]
    state = {**devices.devices(world.db)[0]["state"], "lost": lost}
    phone._json("PUT", "/api/v1/devices/me/state", state, phone._bearer())
    words = desk(world)
    assert "was emptied" in words and "set back to an older copy" in words and "of the phone before" in words
