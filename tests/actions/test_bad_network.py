"""A phone in Python against a real server process through a bad network: cuts, kills, a server restored from a copy."""

from __future__ import annotations

import base64
import shutil
import signal
import socket

import pytest

from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.fleet.phone import Phone
from fieldcheck.fleet.transport import HttpTransport
from fieldcheck.store.database import open_database
from tests.world import World

TOWNSHIP = "420101100"
TRIES = 60


def sync_until_done(phone: Phone) -> int:
    """Sync again and again as a phone does; how many tries were cut."""
    for cut in range(TRIES):
        try:
            phone.sync()
            return cut
        except OSError:
            continue
    raise AssertionError("it never got through")


def assert_whole(world: World, phone: Phone) -> None:
    """Everything receipted, everything verified, nothing twice."""
    assert all(kept.receipt for kept in phone.outbox.kept) and all(photo.receipt for photo in phone.photos)
    db = open_database(world.config.database)
    lines = db.execute("SELECT count(*), count(DISTINCT hash), max(seq) FROM messages WHERE chain = ?", [phone.device]).fetchone()
    assert lines == (phone.outbox.kept[-1].last,) * 3
    assert list(verify_log(db, world.config.data, world.keys)) == []
    assert rebuild_folds(db, world.config.data, check=True) == []
    world.db = db
    assert world.status(TOWNSHIP) == "visited_unverified"


def test_a_link_that_is_cut_every_few_kilobytes_brings_everything_home_once(world, proxy):
    phone = world.phone(transport=HttpTransport(proxy.origin))
    world.walk(phone, TOWNSHIP, (1280, 960)).whole_visit(("poor", "general"))
    proxy.cut_after = 24_000
    assert sync_until_done(phone) > 0
    assert_whole(world, phone)
    payload = sum(len(p.sealed) for p in phone.photos) + sum(len(k.jwe) for k in phone.outbox.kept)
    assert proxy.sent_up < 2 * payload


def test_a_server_killed_between_any_two_requests_keeps_what_it_receipted(world, server, proxy):
    phone = world.phone(transport=HttpTransport(proxy.origin))
    walk = world.walk(phone, TOWNSHIP)
    visit = walk.open()
    for number, kind in enumerate(("poor", "exited", "general"), 1):
        walk.household(visit, number, kind)
        phone.learn_time()
        phone.send_segments()
        server.stop(signal.SIGKILL)
        server.start()
    walk.village(visit)
    walk.seal(visit)
    sync_until_done(phone)
    assert_whole(world, phone)


def test_a_server_restored_from_an_older_copy_gets_again_what_the_phone_still_holds(world, server, proxy, tmp_path):
    phone = world.phone(transport=HttpTransport(proxy.origin))
    walk = world.walk(phone, TOWNSHIP)
    visit = walk.open()
    walk.household(visit, 1, "poor")
    phone.sync()
    server.stop()
    shutil.copytree(world.config.data, tmp_path / "copy")
    server.start()
    walk.village(visit)
    walk.seal(visit)
    phone.sync()
    server.stop()
    shutil.rmtree(world.config.data)
    shutil.copytree(tmp_path / "copy", world.config.data)
    server.start()
    for photo in phone.photos:
        photo.receipt = None
    phone.sync()
    assert_whole(world, phone)


def test_a_refused_piece_is_not_listened_to(world):
    """A browser that sends a piece again by itself, from where the upload no longer stands, is told so and cut short."""
    phone = world.phone()
    world.walk(phone, TOWNSHIP).whole_visit(("poor",))
    phone.learn_time()
    photo = phone.photos[0]
    tus = {**phone._bearer(), "Tus-Resumable": "1.0.0"}
    made = phone.transport.send("POST", "/api/v1/photos", {
        **tus, "Upload-Length": str(len(photo.sealed)),
        "Upload-Metadata": "sha256 " + base64.b64encode(photo.sealed_sha256.encode()).decode()})
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for offset, status in ((0, 204), (0, 409)):
            ours.send(b"x")  # as long as it is listened to, a sender notices nothing
            answer = world.app.test_client().patch(
                made.headers["location"], data=photo.sealed[:100], base_url=phone.transport.origin,
                headers={**tus, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"},
                environ_overrides={"gunicorn.socket": theirs})
            assert answer.status_code == status
        with pytest.raises(BrokenPipeError):
            ours.send(b"x")
