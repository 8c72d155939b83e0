"""A rescue file comes in by the same intake as if its phone had sent it, and the phone hears of it when it next syncs."""

from __future__ import annotations

import io
import json

import pytest

from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.revoke_device import revoke_device
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.problems import Problem
from fieldcheck.rescue import Import, Rescued
from fieldcheck.store import quarantine
from sync.rescue import PHOTO, SEGMENT, frame, opening
from tests.cli.typed import ENGLISH, run
from tests.desk import form_token, signed_in
from tests.photo_samples import sealed_sample
from tests.world import NOW

TOWNSHIP = "420101100"
PAGE = "/desk/devices/rescue"


@pytest.fixture
def phone(world):
    """A phone with a visit of two households and three photos that never reached the server."""
    phone = world.phone()
    world.walk(phone, TOWNSHIP).whole_visit(("poor", "general"))
    return phone


def take(world, file: bytes, pieces: int = 4096) -> Rescued:
    source = io.BytesIO(file)
    return Import(world.db, world.config, world.keys, NOW).take(lambda size: source.read(min(size, pieces)))


def held(world) -> list[tuple]:
    return [*world.db.execute("SELECT chain, seq, hash FROM messages ORDER BY 1, 2"),
            *world.db.execute("SELECT sealed_sha256, state FROM photos ORDER BY 1")]


def clean(world) -> bool:
    return list(verify_log(world.db, world.config.data, world.keys)) == [] == rebuild_folds(world.db, world.config.data, check=True)


def test_what_a_phone_could_not_send_is_on_the_map_and_the_phone_later_gets_the_receipts_of_it(world, phone):
    done = take(world, phone.rescue())
    assert (done.accepted, done.photos, done.whole) == (len(phone.outbox.kept), 3, True)
    assert not done.refused and not done.photos_refused and not done.aside
    assert world.township(TOWNSHIP)["counts"]["photos_verified"] == 3
    before = held(world)
    phone.sync()
    assert all(kept.receipt for kept in phone.outbox.kept) and all(photo.receipt for photo in phone.photos)
    assert held(world) == before and clean(world)


def test_importing_twice_changes_nothing(world, phone):
    file = phone.rescue()
    take(world, file)
    before = held(world)
    again = take(world, file)
    assert (again.accepted, again.duplicates, again.photos, again.photos_held) == (0, len(phone.outbox.kept), 0, 3)
    assert held(world) == before and again.whole


def test_a_file_cut_anywhere_brings_in_what_stands_before_the_cut(world, phone):
    file, seen = phone.rescue(), 0
    for at in range(2000, len(file), len(file) // 25):
        done = take(world, file[:at])
        assert not done.whole and set(done.refused + done.photos_refused) <= {"rescue_record_damaged"}
        assert seen <= done.accepted + done.duplicates
        seen = done.accepted + done.duplicates
    assert take(world, file).whole and clean(world)
    assert not [path for path in (world.config.data / "uploads").iterdir()]


def test_one_refused_record_holds_up_no_other(world, phone):
    kept, device = phone.outbox.kept[0], phone.device
    photo, unknown = phone.photos[0], sealed_sample(3)
    wrong = bytearray(frame(PHOTO, device, b"FCP1" + b"z" * 100))
    wrong[-1] ^= 1
    file = b"".join([
        opening(device, {"at": "x", "segments": -1}), frame(SEGMENT, device, b"not a jwe"),
        frame(SEGMENT, "0190b1e4-0000-7000-8000-0000000000aa", kept.jwe.encode()), frame(SEGMENT, device, b"x" * 500_000),
        bytes(wrong), frame(PHOTO, device, b""), frame("Z", device, b"newer"), frame(PHOTO, device, unknown.sealed),
        frame(SEGMENT, device, kept.jwe.encode()), frame(PHOTO, device, photo.sealed)])
    done = take(world, file)
    assert (done.accepted, done.photos_waiting, done.passed_over) == (1, 2, 1)
    assert dict(done.refused) == {"segment_unreadable": 1, "device_unknown": 1, "rescue_record_damaged": 1}
    assert dict(done.photos_refused) == {"rescue_record_damaged": 1, "photo_too_large": 1}
    phone.sync()
    assert clean(world) and world.township(TOWNSHIP)["counts"]["photos_verified"] == 3


def test_a_photo_half_sent_by_the_phone_is_neither_disturbed_nor_sent_again(world, phone):
    photo = phone.photos[0]
    send, sent = phone.transport.send, []

    def breaking(method, path, headers, body=b""):
        if method == "PATCH":
            sent.append(len(body))
            if len(sent) == 1:
                send(method, path, headers, body[:100])
                raise OSError("gone")
        return send(method, path, headers, body)

    phone.transport.send = breaking
    with pytest.raises(OSError):
        phone.sync()
    take(world, phone.rescue())
    phone.sync()
    assert photo.receipt and len(sent) == 1


def test_a_revoked_phone_s_file_waits_for_a_decision(world, phone):
    revoke_device(world.db, world.keys, phone.device, "DEMO lost", "cli", NOW)
    done = take(world, phone.rescue())
    assert dict(done.aside) == {"device_revoked": len(phone.outbox.kept)} and done.photos_waiting == 3
    assert len(quarantine.open_forks(world.db)) == len(phone.outbox.kept)


def test_another_kind_of_file_is_refused_and_nothing_is_stored(world):
    for junk in (b"", b"FCX1", b"PK\x03\x04" + b"z" * 500, opening("x", {})[:60]):
        with pytest.raises(Problem, match="rescue_malformed"):
            take(world, junk)


def post(client, file: bytes, token: str | None = None, **more):
    token = form_token(client, PAGE) if token is None else token
    return client.post(PAGE, data={"csrf_token": token, "file": (io.BytesIO(file), "phone.fcx")},
                       content_type="multipart/form-data", headers={"Accept-Language": "en"}, **more)


def test_the_desk_takes_a_file_and_says_what_became_of_it(world, phone):
    office = signed_in(world.app, "office")
    first = post(office, phone.rescue())
    words = first.get_data(as_text=True)
    assert first.status_code == 200 and "3 photos taken in and verified." in words and "Everything that the phone put in" in words
    assert "demo a1" in words
    assert "3 photos had arrived before" in post(office, phone.rescue()).get_data(as_text=True)
    assert clean(world)


def test_the_desk_takes_nothing_without_the_form_s_token_or_of_another_kind(world, phone):
    office = signed_in(world.app, "office")
    before = held(world)
    assert post(office, phone.rescue(), token="x").status_code == 403
    assert post(office, b"junk").status_code == 400
    assert office.post(PAGE, data=b"x", content_type="text/plain").status_code == 415
    assert office.post(PAGE, data={"csrf_token": "x"}, content_type="multipart/form-data").status_code == 400
    assert post(signed_in(world.app, "auditor"), phone.rescue(), token="x").status_code == 403
    assert held(world) == before


def test_the_command_line_takes_the_same_file(world, phone, tmp_path):
    file = tmp_path / "phone.fcx"
    file.write_bytes(phone.rescue())
    told = run("device", "rescue", str(file), "--data", str(world.config.data), language=ENGLISH)
    assert told.exit_code == 0 and "3 photos taken in and verified." in told.output
    found = json.loads(run("device", "rescue", str(file), "--json", "--data", str(world.config.data)).output)
    assert found["duplicates"] == len(phone.outbox.kept) and found["whole"]
    file.write_bytes(b"junk")
    refused = run("device", "rescue", str(file), "--data", str(world.config.data), language=ENGLISH)
    assert refused.exit_code == 1 and "Not a rescue" not in refused.output and ".fcx" in refused.output
