"""A server restored from a backup that is older than a phone's enrolment: the phone's certificate brings its work home."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fieldcheck import jose
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.revoke_device import revoke_device
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.app import create_app
from fieldcheck.config import Config
from fieldcheck.fleet.phone import Phone, Refused
from fieldcheck.fleet.transport import WsgiTransport
from fieldcheck.rescue import Import
from fieldcheck.store import devices
from fieldcheck.store.database import open_database
from fieldcheck.store.log import head
from sync.certificate import CERTIFICATE_TYPE
from sync.outbox import Outbox
from tests.desk import send_form, signed_in
from tests.world import World

TOWNSHIP = "420101100"


class Restored:
    """The backup at work again, and a phone that was enrolled after it and holds a whole visit."""

    def __init__(self, world: World, phone: Phone, folder) -> None:
        self.world, self.phone = world, phone
        self.config = Config(data=folder)
        self.app = create_app(self.config)
        self.db = open_database(self.config.database)
        phone.transport = WsgiTransport(self.app.test_client().open)

    def call(self, body, phone: Phone | None = None):
        """POST /devices by that phone's transport key; without one, by nobody's."""
        headers = phone._bearer() if phone else {}
        return self.app.test_client().post("/api/v1/devices", json=body, headers=headers, base_url="http://localhost")


@pytest.fixture
def restored(tmp_path):
    world = World(tmp_path / "data")
    world.assign(TOWNSHIP, "a1", "a2")
    shutil.copytree(world.config.data, tmp_path / "copy")
    phone = world.phone()
    world.walk(phone, TOWNSHIP).whole_visit(("poor", "general"))
    phone.sync()
    return Restored(world, phone, tmp_path / "copy")


def assert_all_home(restored: Restored) -> None:
    assert head(restored.db, restored.phone.device).seq == restored.phone.outbox.kept[-1].last
    photos = restored.db.execute("SELECT count(*) FROM photos WHERE state = 'verified'").fetchone()[0]
    assert photos == len(restored.phone.photos) > 0
    assert list(verify_log(restored.db, restored.config.data, restored.world.keys)) == []
    assert rebuild_folds(restored.db, restored.config.data, check=True) == []


def test_a_phone_enrolled_after_the_backup_brings_home_its_work_to_the_restored_server(restored):
    restored.phone.sync()
    assert_all_home(restored)
    restored.phone.sync()
    enrolled = restored.db.execute("SELECT count(*) FROM messages WHERE kind = 'device.enrolled'").fetchone()[0]
    assert enrolled == 1


def test_it_is_shown_no_task_until_the_office_confirms_it(restored):
    restored.phone.sync()
    with pytest.raises(Refused, match="403 device_unconfirmed"):
        restored.phone.pack()
    office = signed_in(restored.app, "office")
    assert "New keys, or back after a restore" in office.get("/desk/devices", headers={"Accept-Language": "en"}).text
    for _ in range(2):
        assert send_form(office, "/desk/devices", f"/desk/devices/{restored.phone.device}/confirmation").status_code == 302
    assert restored.phone.pack()["assignments"]
    assert "New keys, or back after a restore" not in office.get("/desk/devices", headers={"Accept-Language": "en"}).text
    assert rebuild_folds(restored.db, restored.config.data, check=True) == []


def test_its_successor_waits_for_the_office_as_well(restored):
    restored.phone.sync()
    restored.phone.learn_time()
    keys = [jose.new_key("sig") for _ in range(2)]
    body = {"name": "x", "signing_key": jose.public_jwk(keys[0]), "transport_key": jose.public_jwk(keys[1]),
            "predecessor": restored.phone.device}
    successor = restored.call(body, restored.phone).json["device"]
    assert devices.device(restored.db, successor)["unconfirmed_since"] is not None
    assert rebuild_folds(restored.db, restored.config.data, check=True) == []


def test_a_certificate_in_other_hands_enrols_nobody(restored):
    thief = Phone(restored.phone.transport, restored.phone.now)
    thief.device = restored.phone.device
    refused = [restored.call({"certificate": restored.phone.certificate}, phone) for phone in (thief, None)]
    forged = jose.sign({"device": thief.device}, thief.signing, CERTIFICATE_TYPE)
    receipt = next(kept.receipt for kept in restored.phone.outbox.kept)
    refused += [restored.call({"certificate": text}, restored.phone) for text in (forged, receipt, "x", "")]
    assert [(one.status_code, one.json["code"]) for one in refused] == [
        (401, "auth_forged"), (401, "auth_missing"), *[(400, "certificate_forged")] * 4]
    assert devices.devices(restored.db) == []


def test_one_that_is_known_to_be_out_of_use_stays_so(restored):
    restored.phone.sync()
    revoke_device(restored.db, restored.world.keys, restored.phone.device, "stolen", "office", datetime.now(UTC))
    restored.phone.learn_time()
    assert restored.call({"certificate": restored.phone.certificate}, restored.phone).json["code"] == "device_revoked"


def test_its_rescue_file_brings_the_certificate_along(restored):
    for photo in restored.phone.photos:
        photo.receipt = None
    restored.phone.outbox = Outbox(tuple(replace(kept, receipt=None) for kept in restored.phone.outbox.kept))
    file = restored.phone.rescue()
    done = Import(restored.db, restored.config, restored.world.keys, datetime.now(UTC)).take(io.BytesIO(file).read)
    assert done.whole and not done.refused and done.device == restored.phone.device
    assert_all_home(restored)
    assert devices.device(restored.db, restored.phone.device)["unconfirmed_since"] is not None


def test_another_servers_certificate_in_a_rescue_file_lets_nothing_in(restored, tmp_path):
    other = World(tmp_path / "other", demo_fixes=False)  # founded apart, so with keys of its own
    other.assign(TOWNSHIP, "a1", "a2")
    stranger = other.phone()
    other.walk(stranger, TOWNSHIP).open()
    done = Import(restored.db, restored.config, restored.world.keys, datetime.now(UTC)).take(io.BytesIO(stranger.rescue()).read)
    assert dict(done.refused) == {"device_unknown": 1}
    assert devices.devices(restored.db) == []
